/** Runs one experiment of the lab and reports how far it is. The page ends it. */
import { Experiment } from './sim/lab/experiment.ts'
import type { LabReport, LabSettings } from './ui/lab/lab-api.ts'

/** Between two looks at the clock. */
const EVENTS_A_LOOK = 50
/** Then other messages of this Worker have their turn. */
const CHUNK_MS = 50
/** Five pictures a second are enough to follow, and cost the page little. */
const REPORT_MS = 200

addEventListener('message', (event: MessageEvent<LabSettings>) => run(new Experiment(event.data)))

function run(experiment: Experiment): void {
  let reportedMs = performance.now()
  let reportedEvents = 0
  const report = (nowMs: number): void => {
    const state = experiment.state()
    const eventsPerSecond = ((state.events - reportedEvents) / Math.max(1, nowMs - reportedMs)) * 1_000
    postMessage({ state, eventsPerSecond } satisfies LabReport)
    // A picture of many peers takes a while itself; the pause begins after it.
    reportedMs = performance.now()
    reportedEvents = state.events
  }
  const chunk = (): void => {
    const startMs = performance.now()
    let isRunning = true
    while (isRunning && performance.now() - startMs < CHUNK_MS) isRunning = experiment.advance(EVENTS_A_LOOK)
    const nowMs = performance.now()
    if (!isRunning || nowMs - reportedMs >= REPORT_MS) report(nowMs)
    if (isRunning) setTimeout(chunk, 0)
  }
  chunk()
}
