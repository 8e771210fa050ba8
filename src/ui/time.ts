/** Times in words and digits of one width, for lists that change every second. */
import type { View } from '../peer/view.ts'
import { units } from './text/en/units.ts'
import { decimalSign } from './text/language.ts'

/** "now", "0.8 s", "12 s", "3 min", "2 h": how long ago something was. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 10) return `${seconds.toFixed(1).replace('.', decimalSign())} s`
  if (seconds < 60) return `${Math.floor(seconds)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  return `${Math.floor(seconds / 3600)} h`
}

/** "4:59", "1:02:03": what is left, never below zero. A started second counts whole, so that 0:00 means over. */
export function formatLeft(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const tail = `${hours > 0 ? String(minutes).padStart(2, '0') : minutes}:${String(seconds % 60).padStart(2, '0')}`
  return hours > 0 ? `${hours}:${tail}` : tail
}

/** "5 minutes", "30 seconds": a length to choose. */
export function formatLength(ms: number): string {
  const minutes = ms / 60_000
  if (Number.isInteger(minutes)) return units.t.minutes(minutes)
  return units.t.seconds(ms / 1000)
}

/** Clocks that are closer than this are shown as one: the measurement is no better. */
const SAME_CLOCK_MS = 10

/** True when a clock that is off by so little is shown as right. */
export function isInStep(offsetMs: number): boolean {
  return Math.abs(offsetMs) < SAME_CLOCK_MS
}

/** "+120 ms", "−3.40 s", "as the neighbours’". */
export function formatOffset(ms: number): string {
  if (isInStep(ms)) return units.t.inStep
  const sign = ms < 0 ? '−' : '+'
  const size = Math.round(Math.abs(ms))
  if (size < 1000) return `${sign}${size} ms`
  return `${sign}${(size / 1000).toFixed(size < 10_000 ? 2 : 0).replace('.', decimalSign())} s`
}

/** Network time, to tell what is left of an offer: the local clock with the correction that the peer applies. */
export function networkNow(view: Pick<View, 'clockOff' | 'clockOffsetMs'>, localMs: number): number {
  return view.clockOff ? localMs : localMs + view.clockOffsetMs
}

/** The validities offered to choose from, within the network's longest; none of them fits a very short one, which is then the choice. */
export function validityChoices(longestMs: number): number[] {
  const fitting = [1, 2, 5, 10].map((minutes) => minutes * 60_000).filter((ms) => ms <= longestMs)
  return fitting.length > 0 ? fitting : [longestMs]
}
