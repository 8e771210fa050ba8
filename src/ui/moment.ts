/** Points in time, in the person's language. */
import { language } from './text/language.ts'

/** Hours, minutes and seconds; the date before them when it is not today's. */
export function formatMoment(ms: number, nowMs: number): string {
  const locale = language() === 'de' ? 'de-DE' : 'en-GB'
  const date = new Date(ms)
  const time = date.toLocaleTimeString(locale, { timeStyle: 'medium' })
  return date.toDateString() === new Date(nowMs).toDateString()
    ? time
    : `${date.toLocaleDateString(locale, { dateStyle: 'medium' })} ${time}`
}
