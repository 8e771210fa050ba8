/** Later than any date that can be shown. */
const END_OF_DATES_MS = 8.64e15

/** A moment, short: the day is left out when it is today. `ms` may be beyond all dates, as a file can say anything. */
export function timeWords(ms: number): string {
  if (ms > END_OF_DATES_MS) return String(ms)
  const date = new Date(ms)
  const today = date.toDateString() === new Date().toDateString()
  const time = date.toLocaleTimeString('en-GB')
  return today ? time : `${date.toLocaleDateString('en-CA')} ${time}`
}

export function DecisionTime({ ms }: { readonly ms: number }) {
  return <time dateTime={new Date(ms).toISOString()}>{timeWords(ms)}</time>
}
