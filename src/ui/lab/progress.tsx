/** How far the experiment is, what it found so far, and its fingerprint at the end. */
import { useEffect, useRef } from 'preact/hooks'
import { formatCount } from '../amount.ts'
import { Sign } from '../sign.tsx'
import type { LabReport, LabSettings, LabState } from './lab-api.ts'
import { CLOSED_FORM, formatShare, isIdle } from './lab-fields.ts'
import type { Lab, Run } from './use-lab.ts'

export function Progress({ lab, runs }: { readonly lab: Lab; readonly runs: readonly Run[] }) {
  const { settings, report, stage } = lab
  const section = useInSight(stage === 'running')
  return (
    <section class="card lab-progress" aria-labelledby="lab-progress-title" ref={section}>
      <header class="section-head">
        <h3 id="lab-progress-title">Experiment</h3>
        <p class="quiet" role="status" data-testid="lab-status">
          {statusWords(lab)}
        </p>
      </header>
      {stage === 'running' && settings !== null ? <Bar settings={settings} state={report?.state ?? null} /> : null}
      {settings === null || report === null ? null : <Figures report={report} settings={settings} running={stage === 'running'} />}
      {stage === 'over' && settings !== null && report !== null && isIdle(settings, report.state) ? <Idle /> : null}
      {settings === null ? null : (
        <footer class="lab-end">
          <MainButton lab={lab} settings={settings} />
          {stage === 'over' && report !== null ? <Hash settings={settings} state={report.state} runs={runs} /> : null}
        </footer>
      )}
    </section>
  )
}

function Idle() {
  return (
    <p class="notice" role="status" data-testid="lab-idle">
      <Sign name="warning" />
      <span>
        These brokers had nothing to misbehave about: all they said was true and whole. So this run says nothing about what such brokers can
        do.
      </span>
    </p>
  )
}

/** Said to screen readers when it changes: only what is new, not every figure. */
function statusWords({ stage, report, settings, failure }: Lab): string {
  switch (stage) {
    case 'idle':
      return 'Choose, then press Run.'
    case 'failed':
      return `It failed. ${failure}`
    case 'cancelled':
      return 'Cancelled.'
    case 'over':
      return `Done: ${2 * (report?.state.pairsFound ?? 0)} of ${2 * (settings?.pairs ?? 0)} offers found.`
    case 'running':
      return report?.state.phase === 'trading' ? 'Pairs are trading.' : 'Peers are joining the ring.'
  }
}

function Bar({ settings, state }: { readonly settings: LabSettings; readonly state: LabState | null }) {
  const isTrading = state?.phase === 'trading'
  return isTrading ? (
    <progress class="lab-bar" max={settings.pairs} value={state.pairsDone} aria-label="Pairs done" />
  ) : (
    <progress class="lab-bar" max={settings.peers} value={state?.joined ?? 0} aria-label="Peers joined" />
  )
}

interface FiguresProps {
  readonly report: LabReport
  readonly settings: LabSettings
  readonly running: boolean
}

function Figures({ report, settings, running }: FiguresProps) {
  const { state, eventsPerSecond } = report
  const { interval, meanSlots, pairsDone, pairsFound } = state
  return (
    <dl class="lab-figures" data-testid="lab-figures">
      <Figure term="Offers found" testid="lab-found">
        {2 * pairsFound} of {2 * pairsDone}
        {interval === null ? null : <small> {formatShare(pairsFound / pairsDone)}</small>}
      </Figure>
      <Figure term="95 % interval" testid="lab-interval">
        {interval === null ? '–' : `${formatShare(interval.low)} to ${formatShare(interval.high)}`}
      </Figure>
      <Figure term={CLOSED_FORM} testid="lab-expected">
        {formatShare(state.expected)}
      </Figure>
      <Figure term="Slots to a receipt">{meanSlots === null ? '–' : meanSlots.toFixed(1)}</Figure>
      <Figure term="Lies told, things hidden" testid="lab-acts">
        {formatCount(state.acts)}
      </Figure>
      <Figure term="Pairs done">
        {pairsDone} of {settings.pairs}
      </Figure>
      <Figure term="Peers joined">
        {state.joined} of {settings.peers}
      </Figure>
      <Figure term="Events">
        {formatCount(state.events)}
        <small> in {(state.virtualMs / 1_000).toFixed(1)} s of virtual time</small>
        {running ? <small> {formatCount(Math.round(eventsPerSecond))}/s</small> : null}
      </Figure>
    </dl>
  )
}

function Figure({
  term,
  testid,
  children,
}: {
  readonly term: string
  readonly testid?: string
  readonly children: preact.ComponentChildren
}) {
  return (
    <div>
      <dt>{term}</dt>
      <dd data-testid={testid}>{children}</dd>
    </div>
  )
}

/** One button at one place, so that the keyboard's focus stays when a run ends. */
function MainButton({ lab, settings }: { readonly lab: Lab; readonly settings: LabSettings }) {
  const button = useRef<HTMLButtonElement>(null)
  const isRunning = lab.stage === 'running'
  // The button that was pressed to run cannot be pressed any more.
  useEffect(() => {
    if (isRunning) button.current?.focus({ preventScroll: true })
  }, [isRunning])
  return (
    <button ref={button} type="button" class="button" onClick={() => (isRunning ? lab.cancel() : lab.start(settings))}>
      {isRunning ? 'Cancel' : 'Run again with the same seed'}
    </button>
  )
}

/** On a phone the form fills the screen: what was started comes into sight. */
function useInSight(isRunning: boolean) {
  const section = useRef<HTMLElement>(null)
  useEffect(() => {
    if (isRunning) section.current?.scrollIntoView({ block: 'nearest' })
  }, [isRunning])
  return section
}

interface HashProps {
  readonly settings: LabSettings
  readonly state: LabState
  readonly runs: readonly Run[]
}

function Hash({ settings, state, runs }: HashProps) {
  const twins = runs.filter((run) => isSame(run.settings, settings))
  const isEqual = twins.every((run) => run.state.traceHash === state.traceHash)
  return (
    <>
      <p>
        Trace hash <code data-testid="lab-hash">{state.traceHash}</code>
      </p>
      {twins.length > 1 ? (
        <p class={isEqual ? 'lab-equal' : 'lab-unequal'} data-testid="lab-repeat">
          <Sign name={isEqual ? 'done' : 'failed'} />{' '}
          {isEqual ? `The same in all ${twins.length} runs with these settings.` : 'Not the same as before: a defect.'}
        </p>
      ) : null}
    </>
  )
}

function isSame(left: LabSettings, right: LabSettings): boolean {
  return (Object.keys(left) as (keyof LabSettings)[]).every((name) => left[name] === right[name])
}
