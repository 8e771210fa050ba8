/** Words for what a person or a script gave, for messages that say what is wrong. */

/** Characters of a text that a message repeats at most. */
const MOST_SHOWN = 40

/**
 * Characters that no name may hold: control characters, line and paragraph separators, what turns the direction of writing, the byte order mark,
 * and halves of surrogate pairs, which UTF-8 cannot carry. Code points, not classes that grow with Unicode: all engines must agree.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu

/** An object with named fields: no list, no null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value in a few words, whatever it is: `"abc"`, `1.5`, `a list`, `missing` for undefined. Short, on one line. */
export function inWords(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value)
  if (typeof value === 'string') return textInWords(value)
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function textInWords(text: string): string {
  const shown = text.slice(0, MOST_SHOWN).replaceAll(FORBIDDEN, '\ufffd')
  return text.length > MOST_SHOWN ? `"${shown}…"` : `"${shown}"`
}

/** A number with commas between thousands: 1,125,899,906,842,623. The core has no locale. */
export function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}

/** The first field that is not one of `known`. */
export function unknownField(value: Readonly<Record<string, unknown>>, known: readonly string[]): string | undefined {
  return Object.keys(value).find((name) => !known.includes(name))
}

/** A whole number within bounds. True for −0 too: add 0 before keeping it. */
export function isIntegerWithin(value: unknown, least: number, most: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
}

/** True when a name may hold this text (see FORBIDDEN). */
export function isPlainText(text: string): boolean {
  return text.search(FORBIDDEN) === -1
}
