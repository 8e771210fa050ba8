// One of the workers of figures.mjs: runs the jobs it is given, one after the other.
import { parentPort, workerData } from 'node:worker_threads'

/** @type {typeof import('../src/sim/figures/figures.ts')} */
const { FIGURES } = await import(workerData.bundle)

parentPort?.on('message', ({ figure, index, job }) => {
  const part = FIGURES[figure]?.run(job)
  parentPort?.postMessage({ figure, index, part })
})
