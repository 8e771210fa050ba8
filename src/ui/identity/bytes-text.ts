import { language } from '../text/language.ts'

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** A number of bytes in the unit that suits it, as the language writes it: `1.2 MB`. */
export function bytesText(bytes: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const format = { style: 'unit', unit: UNITS[step], maximumSignificantDigits: 3 } as const
  return new Intl.NumberFormat(language(), format).format(bytes / 1000 ** step)
}
