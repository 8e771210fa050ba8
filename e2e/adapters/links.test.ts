import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { build } from 'vite'
import { linksContract } from '../../test/contracts/links-contract.ts'

const entry = fileURLToPath(new URL('./links-page.ts', import.meta.url))
let script = ''

test.beforeAll(async () => {
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    build: { write: false, minify: false, target: 'es2023', lib: { entry, formats: ['iife'], name: 'suite' } },
  })
  const outputs = Array.isArray(result) ? result : [result]
  for (const { output } of outputs as { output: { type: string; code?: string }[] }[]) script = output[0]?.code ?? ''
})

test.beforeEach(async ({ page }) => {
  await page.route('http://localhost/**', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>links</title>' }),
  )
  await page.goto('http://localhost/')
  await page.addScriptTag({ content: script })
})

for (const { name } of linksContract) {
  test(name, async ({ page }) => {
    await page.evaluate((wanted) => (globalThis as unknown as { runContract(name: string): Promise<void> }).runContract(wanted), name)
  })
}

for (const kind of ['offer', 'answer'] as const) {
  test(`a relay that swaps the fingerprint in the ${kind} gets no link between them`, async ({ page }: { page: Page }) => {
    const log = await page.evaluate(
      (swapped) => (globalThis as unknown as { swappedFingerprint(kind: string): Promise<string[]> }).swappedFingerprint(swapped),
      kind,
    )
    expect(log).toHaveLength(2)
    for (const line of log) expect(line).toMatch(/^failed /)
  })
}
