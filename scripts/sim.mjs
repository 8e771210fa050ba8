// `npm run sim`: one run of the simulator (src/sim/cli.ts), in this process.
import { bundle } from './bundle.mjs'
import { ensureDependencies } from './ensure.mjs'

await ensureDependencies()
const { main } = await import(await bundle('src/sim/cli.ts', 'sim'))
process.exitCode = main(process.argv.slice(2))
