/** All figures, for scripts/figures.mjs: it runs jobs in workers, writes files and prints. */
import { economy } from './economy.ts'
import type { Figure } from './figure.ts'
import { figure3 } from './figure-3.ts'
import { figure4 } from './figure-4.ts'

export const FIGURES: Readonly<Record<string, Figure>> = {
  3: figure3 as unknown as Figure,
  4: figure4 as unknown as Figure,
  economy: economy as unknown as Figure,
}
