import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkConfig, linkBudgetOf } from './config.ts'
import { networkId } from './parameters.ts'

const shipped = JSON.parse(readFileSync(new URL('../../public/config.json', import.meta.url), 'utf8'))
const server = shipped.rendezvous[0]
const elsewhere = { ...server, host: '0.peerjs.com', port: 443 }
const stun = { urls: 'stun:stun.example.org:3478' }
const turn = { urls: ['turn:turn.example.org:3478', 'turns:turn.example.org'], username: 'u', credential: 'c' }

test('the shipped file is right', () => {
  const { linkBudget, rendezvous, iceServers, ...parameters } = shipped
  expect(linkBudget).toBeNull()
  expect(checkConfig(shipped)).toEqual({ ok: true, config: { parameters, linkBudget: 24, rendezvous, iceServers } })
})

const right: [string, Record<string, unknown>][] = [
  ['the least of all', { n: 1, f: 1, m: 2, t: 1_000, slot: 50, s: 1, p: 0, a: 0.001, linkBudget: 4, rendezvous: [], iceServers: [] }],
  [
    'the most of all',
    { network: 'x'.repeat(64), n: 32, f: 32, m: 2_048, t: 86_400_000, slot: 60_000, s: 1_024, p: 32, a: 1, linkBudget: 32 },
  ],
  ['several servers', { rendezvous: [server, elsewhere, { ...elsewhere, host: '[::1]', port: 1 }], iceServers: [stun, turn] }],
  ['eight servers', { rendezvous: Array(8).fill(elsewhere), iceServers: Array(8).fill(stun) }],
]
test.each(right)('takes %s', (_, changes) => {
  const { parameters, ...rest } = shippedConfig(changes)
  expect({ ...parameters, ...rest }).toMatchObject(changes)
})

function shippedConfig(changes: Record<string, unknown>) {
  const checked = checkConfig({ ...shipped, ...changes })
  if (!checked.ok) throw new Error(checked.message)
  return checked.config
}

/** Field, wrong value, and what the message says of it. */
const wrong: [string, unknown, RegExp][] = [
  ['network', undefined, /network is missing, and must be a name of 1 to 64 characters/],
  ['network', '', /network is "",/],
  ['network', ' peermart', /network is " peermart",/],
  ['network', 'x'.repeat(65), /network is "x+…"/],
  ['network', 'a\nb', /network is "a\ufffdb"/],
  ['n', 0, /n is 0, and must be a whole number from 1 to 32\./],
  ['n', 33, /n is 33,/],
  ['n', '8', /n is "8",/],
  ['f', 0, /f is 0, and must be a whole number from 1 to 8, which is n/],
  ['f', 9, /f is 9,/],
  ['m', 63, /m is 63, and must be an even number from 2 to 2,048/],
  ['m', 0, /m is 0,/],
  ['m', 2_050, /m is 2050,/],
  ['t', 999, /t is 999, and must be a whole number from 1,000 to 86,400,000/],
  ['t', 86_400_001, /t is 86400001,/],
  ['slot', 49, /slot is 49, and must be a whole number from 50 to 60,000/],
  ['slot', 60_001, /slot is 60001,/],
  ['slot', 200.5, /slot is 200.5,/],
  ['s', 0, /s is 0, and must be a whole number from 1 to 1,024/],
  ['s', 1_025, /s is 1025,/],
  ['p', -1, /p is -1, and must be a whole number from 0 to 32/],
  ['p', 33, /p is 33,/],
  ['a', 0, /a is 0, and must be a number above 0 and at most 1/],
  ['a', 1.01, /a is 1.01,/],
  ['a', '0.1', /a is "0.1",/],
  ['a', null, /a is null,/],
  ['linkBudget', undefined, /linkBudget is missing, and must be null for .*, or a whole number from 4 to 32/],
  ['linkBudget', 3, /linkBudget is 3,/],
  ['linkBudget', 33, /linkBudget is 33,/],
  ['rendezvous', undefined, /rendezvous is missing, and must be a list of at most 8/],
  ['rendezvous', server, /rendezvous is an object,/],
  ['rendezvous', Array(9).fill(server), /the length of rendezvous is 9, and must be at most 8/],
  ['rendezvous', [server, 'here'], /rendezvous\[1\] is "here", and must be an object/],
  ['rendezvous', [{ ...server, key: 'x' }], /rendezvous\[0\]'s field "key" is "x", and must be left out: the fields are host/],
  ['rendezvous', [{ ...server, host: 'http://x' }], /rendezvous\[0\]\.host is "http:\/\/x", and must be a host name/],
  ['rendezvous', [{ ...server, host: undefined }], /host is missing/],
  ['rendezvous', [{ ...elsewhere, port: 0 }], /port is 0, and must be a whole number from 1 to 65,535\./],
  ['rendezvous', [{ ...server, port: 65_536 }], /port is 65536, and must be .*, 0 for the page's own/],
  ['rendezvous', [{ ...server, path: 'peerjs' }], /path is "peerjs", and must be a path that begins with a slash/],
  ['rendezvous', [{ ...server, path: '/a?b' }], /path is "\/a\?b",/],
  ['rendezvous', [{ ...server, secure: 'no' }], /secure is "no", and must be true \(https\) or false/],
  ['iceServers', null, /iceServers is null, and must be a list of at most 8/],
  ['iceServers', Array(9).fill(stun), /the length of iceServers is 9,/],
  ['iceServers', ['stun:x'], /iceServers\[0\] is "stun:x", and must be an object/],
  ['iceServers', [{ url: 'stun:x' }], /iceServers\[0\]'s field "url" is "stun:x", and must be left out/],
  ['iceServers', [{ urls: 'https://x' }], /iceServers\[0\]\.urls is "https:\/\/x", and must be an address that begins with stun:/],
  ['iceServers', [{ urls: ['stun:x', 5] }], /iceServers\[0\]\.urls\[1\] is 5,/],
  ['iceServers', [{ urls: [] }], /the length of iceServers\[0\]\.urls is 0, and must be 1 to 8/],
  ['iceServers', [{ urls: Array(9).fill('stun:x') }], /urls is 9,/],
  ['iceServers', [{ ...turn, username: undefined }], /username is missing, and must be .* turn: address needs it/],
  ['iceServers', [{ ...turn, credential: 5 }], /credential is 5,/],
  ['iceServers', [{ ...stun, username: 'x'.repeat(513) }], /username is "x+…", and must be a text of at most 512 characters, or left out/],
  ['slots', 5, /the file's field "slots" is 5, and must be left out/],
]
test.each(wrong)('%s may not be %s', (field, value, message) => {
  const checked = checkConfig({ ...shipped, [field]: value })
  expect(!checked.ok && checked.message).toMatch(message)
  expect(!checked.ok && checked.message).toMatch(/^config\.json: /)
})

test('the whole must be an object', () => {
  for (const json of [null, [], 'x', 5, undefined]) expect(checkConfig(json)).toMatchObject({ ok: false })
})

test('every field is needed', () => {
  for (const field of Object.keys(shipped)) {
    const checked = checkConfig({ ...shipped, [field]: undefined })
    expect(!checked.ok && checked.message).toContain(`${field} is missing`)
  }
})

test('never throws, whatever is given', () => {
  fc.assert(
    fc.property(fc.anything(), fc.constantFrom(...Object.keys(shipped)), (anything, field) => {
      expect(checkConfig(anything).ok).toBe(false)
      expect(typeof checkConfig({ ...shipped, [field]: anything }).ok).toBe('boolean')
      expect(typeof checkConfig({ ...shipped, iceServers: [anything], rendezvous: [anything] }).ok).toBe('boolean')
    }),
  )
})

test('a link budget follows from n, as far as a tab can hold links', () => {
  expect([1, 3, 8, 12, 13, 32].map(linkBudgetOf)).toEqual([10, 14, 24, 32, 32, 32])
})

test('the network id names the network and tells all parameters apart', () => {
  const { parameters } = shippedConfig({})
  const others = { network: 'other', n: 7, f: 3, m: 62, t: 1_000, slot: 50, s: 1, p: 8, a: 0.2 }
  const ids = Object.entries(others).map(([field, value]) => networkId({ ...parameters, [field]: value }))
  expect(new Set([networkId(parameters), ...ids]).size).toBe(10)
  expect(networkId(parameters)).toMatch(/^peermart#[0-9a-f]{16}$/)
})
