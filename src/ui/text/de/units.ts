import type { units as english } from '../en/units.ts'
import type { TextsOf } from '../language.ts'

export const units: TextsOf<typeof english> = {
  minutes: (count) => (count === 1 ? '1 Minute' : `${count} Minuten`),
  seconds: (count) => (count === 1 ? '1 Sekunde' : `${count} Sekunden`),
  bytes: 'Byte',
  inStep: 'wie bei den Nachbarn',
}
