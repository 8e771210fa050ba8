import { expect, test } from '@playwright/test'
import { startServer } from '../../scripts/server.mjs'
import { Run } from '../../src/sim/run/run.ts'
import type { RunSettings } from '../../src/sim/run/settings.ts'
import { bundlePage } from './page-bundle.ts'
import type { Course } from './simulator-page.ts'

let server: Awaited<ReturnType<typeof startServer>>

test.beforeAll(async () => {
  server = await startServer({ root: await bundlePage('./simulator-page.ts'), peerServer: false })
})
test.afterAll(() => server.close())

const SETTINGS: readonly RunSettings[] = [
  { seed: 42, peers: 12, minutes: 1, faults: 'none', realCrypto: false },
  { seed: 303, peers: 6, minutes: 1.5, faults: 'swarm', realCrypto: false },
  { seed: 7, peers: 4, minutes: 1, faults: 'none', realCrypto: true },
]

for (const settings of SETTINGS) {
  const { seed, faults, realCrypto } = settings
  test(`a run in the browser has the hash that it has in Node: seed ${seed}, faults ${faults}${realCrypto ? ', real signatures' : ''}`, async ({
    page,
  }) => {
    await page.goto(server.url)
    await page.waitForFunction(() => window.reportOf !== undefined)
    const run = new Run(settings)
    while (!run.isOver) run.advance(10_000)
    const { traceHash, events, receipts, violations, faults: happened } = run.report()
    expect(violations).toEqual([])
    expect(Object.keys(happened).length > 0).toBe(settings.faults !== 'none')
    const inNode: Course = { traceHash, events, receipts, violations, faults: happened }
    expect(await page.evaluate((settings) => window.reportOf(settings), settings)).toEqual(inNode)
  })
}
