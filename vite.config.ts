import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Relative addresses: the same dist/ works at a server's root and under any sub-path.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { outDir: 'dist', target: 'es2023', sourcemap: true },
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
