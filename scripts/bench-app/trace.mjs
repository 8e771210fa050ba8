// Reading a trace of Chromium: how much script ran before each paint.

/** @typedef {{ name: string, ph: string, ts: number, dur?: number, tdur?: number, pid: number, tid: number, args?: any }} TraceEvent Times are µs; `tdur` is the thread's own, without what the machine did meanwhile. */

const SCRIPT = new Set(['FunctionCall', 'EvaluateScript', 'RunMicrotasks', 'v8.callFunction'])
/** The benchmark's own work: what it changes the app learns in a later task. */
const OWN_FUNCTION = 'benchChangesBook'
/** Paints of one frame follow each other at once. */
const SAME_FRAME_US = 2_000

/**
 * ms of script, in the main thread's own time, before each paint since the one before; the benchmark's own left out.
 * @param {TraceEvent[]} events
 * @returns {number[]}
 */
export function scriptBetweenPaints(events) {
  const main = mainThread(events)
  const own = events.filter((event) => event.pid === main.pid && event.tid === main.tid && event.ph === 'X')
  const scripts = withoutBenchmark(outermost(own.filter(({ name }) => SCRIPT.has(name))), own)
  const paints = firsts(own.filter(({ name }) => name === 'Paint').map(({ ts }) => ts))
  return paints.slice(1).map((paint, index) => {
    const from = paints[index] ?? 0
    const between = scripts.filter(({ ts }) => ts >= from && ts < paint)
    return between.reduce((sum, { dur = 0, tdur = dur }) => sum + tdur, 0) / 1_000
  })
}

/**
 * The thread that painted most: that of the page.
 * @param {TraceEvent[]} events
 */
function mainThread(events) {
  /** @type {Map<string, { pid: number, tid: number, paints: number }>} */
  const threads = new Map()
  for (const { name, pid, tid } of events) {
    if (name !== 'Paint') continue
    const thread = threads.get(`${pid} ${tid}`) ?? { pid, tid, paints: 0 }
    threads.set(`${pid} ${tid}`, { ...thread, paints: thread.paints + 1 })
  }
  const [most] = [...threads.values()].sort((left, right) => right.paints - left.paints)
  if (!most) throw new Error('The trace has no paint.')
  return most
}

/**
 * Without those that ran inside another.
 * @param {TraceEvent[]} events
 */
function outermost(events) {
  let endUs = 0
  return [...events]
    .sort((left, right) => left.ts - right.ts || (right.dur ?? 0) - (left.dur ?? 0))
    .filter(({ ts, dur = 0 }) => {
      if (ts < endUs) return false
      endUs = ts + dur
      return true
    })
}

/**
 * Only the function's own event has its name, not the call that it ran in.
 * @param {TraceEvent[]} calls
 * @param {TraceEvent[]} events
 */
function withoutBenchmark(calls, events) {
  const starts = events.filter(({ args }) => args?.data?.functionName === OWN_FUNCTION).map(({ ts }) => ts)
  return calls.filter(({ ts, dur = 0 }) => !starts.some((start) => start >= ts && start <= ts + dur))
}

/**
 * The first of each group that belongs together.
 * @param {number[]} times
 */
function firsts(times) {
  const sorted = times.sort((left, right) => left - right)
  return sorted.filter((time, index) => index === 0 || time - (sorted[index - 1] ?? 0) > SAME_FRAME_US)
}
