import { expect, test } from '@playwright/test'
import { startServer } from '../scripts/server.mjs'

test('the built app opens under a sub-path and shows its heading', async ({ page }) => {
  const server = await startServer({ basePath: '/market/', peerServer: false })
  await page.goto(`${server.url}?a=b`)
  await expect(page.getByRole('heading', { name: 'PeerMart' })).toBeVisible()
  expect(new URL(page.url()).search).toBe('?a=b')
  await server.close()
})
