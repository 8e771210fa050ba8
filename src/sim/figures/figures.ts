/** All figures, for scripts/figures.mjs: it runs jobs in workers, writes files and prints. */
import { economy } from './economy.ts'
import type { Figure } from './figure.ts'
import { figure3 } from './figure-3.ts'
import { figure4 } from './figure-4.ts'
import { hops } from './hops.ts'
import { lies } from './lies.ts'

/** By the name that the command line knows it by. A figure's own kinds of jobs and parts go back to it alone. */
export const FIGURES: Readonly<Record<string, Figure>> = Object.fromEntries(
  Object.entries({ 3: figure3, 4: figure4, lies, hops, economy }).map(([name, figure]) => [name, figure as unknown as Figure]),
)
