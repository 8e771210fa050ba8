// Every part of the project under its own compiler options; all are run, so that one error does not hide another.
import { localBin, run } from './run.mjs'

const projects = ['tsconfig.core.json', 'tsconfig.sim.json', 'tsconfig.json', 'tsconfig.worker.json', 'tsconfig.node.json']

let failed = false
for (const project of projects) {
  if ((await run(localBin('tsc'), ['-p', project])) !== 0) failed = true
}
process.exit(failed ? 1 : 0)
