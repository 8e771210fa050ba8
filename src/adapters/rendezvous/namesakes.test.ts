import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Namesakes } from './namesakes.ts'
import { type Claim, claim, type Station } from './station.ts'

vi.mock('./station.ts', () => ({ claim: vi.fn() }))

const OTHER = 'market#0123456789abcdef'
const server = { host: 'here', port: 1, path: '/', secure: false }

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A server whose namesake id is taken; its holder answers the calls with these words in turn. */
function holderSays(words: string[]): void {
  vi.mocked(claim).mockImplementation(async (id): Promise<Claim> => {
    if (id.startsWith('pm-name-')) return { state: 'taken' }
    const station = { connect: async () => words.shift() ?? 'it does not answer', close: () => {} }
    return { state: 'open', station: station as unknown as Station }
  })
}

const options = { network: 'market#fedcba9876543210', servers: [server], iceServers: [], relayOnly: false, admit: () => true }

test('somebody of the own network is there: a holder that does not answer is not asked for ever', async () => {
  holderSays([])
  const namesakes = new Namesakes({ ...options, onNamesake: () => {} })
  const claims = (): number => vi.mocked(claim).mock.calls.length
  namesakes.ask()
  await vi.advanceTimersByTimeAsync(10_000)
  namesakes.rest()
  await vi.advanceTimersByTimeAsync(60_000)
  const before = claims()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(claims()).toBe(before)
  namesakes.ask()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(claims()).toBeGreaterThan(before)
  namesakes.close()
})

test('a holder that does not answer is asked again until it does, and no more then', async () => {
  holderSays(['it does not answer', 'it does not answer', `peermart network ${OTHER}`])
  const heard: string[] = []
  const namesakes = new Namesakes({ ...options, onNamesake: (network) => heard.push(network) })
  namesakes.ask()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(heard).toEqual([OTHER])
  const claims = vi.mocked(claim).mock.calls.length
  await vi.advanceTimersByTimeAsync(100_000)
  expect(vi.mocked(claim).mock.calls.length).toBe(claims)
  namesakes.close()
})
