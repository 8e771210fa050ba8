import { availableParallelism } from 'node:os'
import { VitePWA } from 'vite-plugin-pwa'
import { defineConfig } from 'vitest/config'
import { compress } from './scripts/compress.mjs'

/** The app on the device, opened offline. What a deployment may change, config.json, is not in it (src/adapters/config.ts). */
const pwa = VitePWA({
  // src/adapters/updates.ts registers it, and asks before a newer one takes over.
  registerType: 'prompt',
  injectRegister: null,
  manifest: {
    name: 'PeerMart',
    short_name: 'PeerMart',
    description: 'A market in the browser with no server in the middle.',
    start_url: './',
    scope: './',
    display: 'standalone',
    background_color: '#17201c',
    theme_color: '#17201c',
    icons: [
      { src: 'icon-192.png', sizes: '192x192', type: 'image/png' },
      { src: 'icon-512.png', sizes: '512x512', type: 'image/png' },
      { src: 'icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
      { src: 'icon.svg', sizes: 'any', type: 'image/svg+xml' },
    ],
  },
  // An address that is no file of ours is for the host to answer: pages are told apart by what follows the #.
  workbox: { globPatterns: ['**/*.{html,js,css}'], navigateFallback: null, sourcemap: false },
})

export default defineConfig({
  // Relative addresses: the same dist/ works at a server's root and under any sub-path.
  base: './',
  plugins: [pwa, compress()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    target: 'es2023',
    sourcemap: true,
    rolldownOptions: {
      // The first load is one script, not one for each set of lazy parts that share some of it.
      output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } },
      // The slowest callbacks are the bundler's and workbox's own: on a busy machine it warns of what nobody here can mend.
      checks: { bundlerTimings: false },
    },
  },
  worker: { format: 'es' },
  test: {
    environment: 'node',
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
    benchmark: { include: ['bench/**/*.bench.ts'] },
    // Simulated worlds of many peers take seconds on a busy machine; what hangs still ends.
    testTimeout: 60_000,
    // By itself it leaves one processor free, which is half of a small machine.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
})
