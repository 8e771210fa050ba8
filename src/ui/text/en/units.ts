import { catalogue } from '../language.ts'

/** What stands beside figures of every page. */
export const units = catalogue('units', {
  minutes: (count: number) => (count === 1 ? '1 minute' : `${count} minutes`),
  seconds: (count: number) => (count === 1 ? '1 second' : `${count} seconds`),
  bytes: 'bytes',
  /** Instead of how far a clock is off. */
  inStep: 'as the neighbours’',
})
