import { language } from '../text/language.ts'

/** Later than any date that can be shown. */
const END_OF_DATES_MS = 8.64e15

/** A moment, short: the day is left out when it is today. `ms` may be beyond all dates, as a file can say anything. */
export function timeWords(ms: number): string {
  if (ms > END_OF_DATES_MS) return String(ms)
  const date = new Date(ms)
  const today = date.toDateString() === new Date().toDateString()
  // Two digits each, so that they line up.
  const time = date.toLocaleTimeString('en-GB')
  const day = date.toLocaleDateString(language() === 'de' ? 'de-DE' : 'en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' })
  return today ? time : `${day} ${time}`
}

export function DecisionTime({ ms }: { readonly ms: number }) {
  return <time dateTime={new Date(ms).toISOString()}>{timeWords(ms)}</time>
}
