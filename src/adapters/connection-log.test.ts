import { expect, test } from 'vitest'
import { ConnectionLog } from './connection-log.ts'

const TRAFFIC = { sent: 0, received: 0, sentBytes: 0, receivedBytes: 0 }
const ADDRESS = 'peers.example.org:443/'

test('a server: unused, asked, there, lost; while it is asked again it stays lost since then', () => {
  let nowMs = 0
  const log = new ConnectionLog(() => nowMs)
  const step = (...change: Parameters<ConnectionLog['server']>) => {
    nowMs += 1
    log.server(...change)
    return log.report(true, TRAFFIC).servers
  }
  log.expect(ADDRESS)
  expect(log.report(true, TRAFFIC).servers).toEqual([{ address: ADDRESS, state: 'unused', sinceMs: 0, detail: '' }])
  expect(step(ADDRESS, 'connecting', '')).toMatchObject([{ state: 'connecting', sinceMs: 1 }])
  expect(step(ADDRESS, 'open', '')).toMatchObject([{ state: 'open', sinceMs: 2 }])
  expect(step(ADDRESS, 'open', '')).toMatchObject([{ state: 'open', sinceMs: 2 }])
  expect(step(ADDRESS, 'failed', 'lost')).toMatchObject([{ state: 'failed', sinceMs: 4, detail: 'lost' }])
  expect(step(ADDRESS, 'connecting', '')).toMatchObject([{ state: 'failed', sinceMs: 4 }])
  expect(step(ADDRESS, 'open', '')).toMatchObject([{ state: 'open', sinceMs: 6, detail: '' }])
  expect(step('elsewhere:1/', 'open', '')).toHaveLength(1)
})

test('attempts and the kinds of candidates are counted; a report does not change any more', () => {
  const log = new ConnectionLog(() => 0)
  const before = log.report(false, TRAFFIC)
  for (const stage of ['begun', 'begun', 'opened', 'refused'] as const) log.onStage(stage)
  log.onGathered('v=0\r\na=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\na=candidate:2 1 udp 1 1.2.3.4 9 typ srflx raddr 10.0.0.1 rport 9\r\n')
  log.onGathered('')
  expect(log.report(true, TRAFFIC)).toEqual({
    online: true,
    servers: [],
    attempts: { begun: 2, opened: 1, failed: 0, refused: 1 },
    candidates: { host: 1, srflx: 1, relay: 0 },
    traffic: TRAFFIC,
  })
  expect(before.attempts.begun).toBe(0)
})
