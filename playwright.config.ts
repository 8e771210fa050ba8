import { defineConfig } from '@playwright/test'
import { browserFlags } from './scripts/browser-flags.mjs'
import { findBrowser, findFirefox } from './scripts/ensure.mjs'

const executablePath = findBrowser()

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.test.ts',
  testIgnore: [
    // Pictures check nothing: they are made by `npm run screens`.
    ...(process.env.PEERMART_SCREENS === undefined ? ['**/screens.test.ts'] : []),
    // `npm test` installs Firefox where it can, and says so where it cannot.
    ...(findFirefox() === null ? ['**/firefox.test.ts'] : []),
  ],
  outputDir: 'test-results',
  forbidOnly: true,
  retries: 0,
  workers: 1,
  timeout: 90_000,
  reporter: 'list',
  use: {
    browserName: 'chromium',
    screenshot: 'only-on-failure',
    launchOptions: { args: browserFlags, ...(executablePath ? { executablePath } : {}) },
  },
})
