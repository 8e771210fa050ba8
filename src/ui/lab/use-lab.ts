/** The experiment under way and those that are over. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { LabApi, LabReport, LabSettings, LabState } from './lab-api.ts'

/** An experiment that ran to its end. */
export interface Run {
  readonly settings: LabSettings
  readonly state: LabState
}

/** Where the runs of this visit are kept: longer than the page is shown. */
export interface Runs {
  readonly list: readonly Run[]
  add(run: Run): void
}

export interface Lab {
  /** What was started last; null before. */
  readonly settings: LabSettings | null
  readonly report: LabReport | null
  readonly stage: 'idle' | 'running' | 'over' | 'cancelled' | 'failed'
  /** What the defect that ended it said; empty when there was none, or none that spoke. */
  readonly failure: string
  start(settings: LabSettings): void
  cancel(): void
}

type Progress = Pick<Lab, 'settings' | 'report' | 'stage' | 'failure'>

const IDLE: Progress = { settings: null, report: null, stage: 'idle', failure: '' }

export function useLab(api: LabApi, runs: Runs): Lab {
  const [progress, setProgress] = useState(IDLE)
  const job = useRef<{ cancel(): void } | null>(null)
  const add = useRef(runs.add)
  add.current = runs.add
  useEffect(() => () => job.current?.cancel(), [])
  const start = (settings: LabSettings) => {
    job.current?.cancel()
    setProgress({ settings, report: null, stage: 'running', failure: '' })
    job.current = api.start(settings, {
      report: (report) => {
        const { state } = report
        const stage = state.phase !== 'over' ? 'running' : state.problem === '' ? 'over' : 'failed'
        setProgress({ settings, report, stage, failure: '' })
        if (stage === 'over') add.current({ settings, state })
      },
      failed: (failure) => setProgress((before) => ({ ...before, stage: 'failed', failure })),
    })
  }
  const cancel = () => {
    job.current?.cancel()
    setProgress((before) => ({ ...before, stage: 'cancelled' }))
  }
  return { ...progress, start, cancel }
}
