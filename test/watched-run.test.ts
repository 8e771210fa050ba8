// Runs of the swarm that are ended from outside, with other programs in place of the simulator.
import { expect, test } from 'vitest'
import { CUT_OFF, keptOf, runWatched } from '../scripts/watched-run.mjs'

/** Long enough for a program to begin and to tell of its progress, even on a busy machine. */
const CUT_MS = 6_000
const NEVER = { cutMs: Number.POSITIVE_INFINITY, hungMs: 60_000, stillMs: 60_000 }

/** Tells of its progress every 10 ms and never ends. */
function endless(minutes: string, violations = 0): string[] {
  const line = `(${minutes}).toFixed(2) + ' of 4 min, safety: 5 events, ${violations} violations'`
  return ['--eval', `let n = 0; setInterval(() => { n += 1; console.error(${line}) }, 10)`]
}

test.each([
  ['whose virtual time goes on is cut off', { args: endless('n / 100'), code: CUT_OFF, told: /of 4 min/ }],
  ['whose virtual time stands still has failed', { args: endless('0.5'), code: 1, told: /virtual time stood still for \d+ s/ }],
  ['that tells nothing has failed', { args: ['--eval', 'for (;;) {}'], code: 1, told: /virtual time stood still/ }],
  ['that had shown a violation has failed', { args: endless('n / 100', 2), code: 1, told: /2 violations/ }],
])('a run %s', async (_what, { args, code, told }) => {
  const ending = await runWatched(args, { ...NEVER, cutMs: CUT_MS, stillMs: CUT_MS / 3 })
  expect(ending.code).toBe(code)
  expect(ending.stderr).toMatch(told)
})

test('a run whose virtual time stands still is ended, and has failed; one that goes on is waited for', async () => {
  const still = await runWatched(endless('0.5'), { ...NEVER, hungMs: 1_000 })
  expect([still.code, still.stderr]).toEqual([1, expect.stringMatching(/virtual time stood still for 1 s/)])
  const slow = await runWatched(endless('n / 100'), { ...NEVER, cutMs: 2 * CUT_MS, hungMs: CUT_MS })
  expect(slow.code).toBe(CUT_OFF)
})

test('a run that ends by itself has its own code', async () => {
  expect(await runWatched(['--eval', 'console.log(1); process.exitCode = 3'], NEVER)).toEqual({ code: 3, stdout: '1\n', stderr: '' })
})

test('what is kept of a run is its report, or what it can be replayed by (see cli.test.ts)', () => {
  const settings = { seed: 7 }
  const report = JSON.stringify({ settings, traceHash: 'x' })
  expect(keptOf(settings, { code: 1, stdout: report, stderr: '' })).toBe(report)
  for (const stdout of ['', '{"settings":{"se']) {
    expect(JSON.parse(keptOf(settings, { code: 1, stdout, stderr: 'no end' }))).toEqual({ settings, told: 'no end' })
  }
})
