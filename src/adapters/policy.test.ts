import { expect, test } from 'vitest'
import { policyFor } from './policy.ts'

test('nobody but the own host where there is no server', () => {
  expect(policyFor([])).toBe("connect-src 'self'")
})

test('each server once, by its WebSocket alone', () => {
  const plain = { host: 'localhost', port: 9000, path: '/a', secure: false }
  const secure = { host: 'peers.example.org', port: 443, path: '/', secure: true }
  expect(policyFor([plain, secure, { ...plain, path: '/b' }])).toBe("connect-src 'self' ws://localhost:9000 wss://peers.example.org:443")
})

test('an IPv6 address, which no policy can name, opens its scheme and no other', () => {
  expect(policyFor([{ host: '[2001:db8::1]', port: 443, path: '/', secure: true }])).toBe("connect-src 'self' wss:")
})
