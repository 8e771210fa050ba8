/** How far the experiment is, what it found so far, and its fingerprint at the end. */
import { useEffect, useRef } from 'preact/hooks'
import { formatCount, formatTenths } from '../amount.ts'
import { Sign } from '../sign.tsx'
import { labProgress, lab as texts } from '../text/en/lab.ts'
import type { LabReport, LabSettings, LabState } from './lab-api.ts'
import { formatShare, isIdle } from './lab-fields.ts'
import type { Lab, Run } from './use-lab.ts'

export function Progress({ lab, runs }: { readonly lab: Lab; readonly runs: readonly Run[] }) {
  const { settings, report, stage } = lab
  const section = useInSight(stage === 'running')
  return (
    <section class="card lab-progress" aria-labelledby="lab-progress-title" ref={section}>
      <header class="section-head">
        <h3 id="lab-progress-title">{labProgress.t.title}</h3>
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
      <span>{labProgress.t.noOccasion}</span>
    </p>
  )
}

/** Said to screen readers when it changes: only what is new, not every figure. */
function statusWords({ stage, report, settings, failure }: Lab): string {
  const { t } = labProgress
  const problem = report?.state.problem ?? ''
  switch (stage) {
    case 'idle':
      return t.idle
    case 'failed':
      return t.failed(problem === '' ? failure || t.notStarted : t.problems[problem])
    case 'cancelled':
      return t.cancelled
    case 'over':
      return t.over(2 * (report?.state.pairsFound ?? 0), 2 * (settings?.pairs ?? 0))
    case 'running':
      return report?.state.phase === 'trading' ? t.trading : t.joining
  }
}

function Bar({ settings, state }: { readonly settings: LabSettings; readonly state: LabState | null }) {
  const isTrading = state?.phase === 'trading'
  return isTrading ? (
    <progress class="lab-bar" max={settings.pairs} value={state.pairsDone} aria-label={labProgress.t.pairsDone} />
  ) : (
    <progress class="lab-bar" max={settings.peers} value={state?.joined ?? 0} aria-label={labProgress.t.peersJoined} />
  )
}

interface FiguresProps {
  readonly report: LabReport
  readonly settings: LabSettings
  readonly running: boolean
}

function Figures({ report, settings, running }: FiguresProps) {
  const { t } = labProgress
  const { offersFound, closedForm, countOf } = texts.t
  const { state, eventsPerSecond } = report
  const { interval, meanSlots, pairsDone, pairsFound } = state
  return (
    <dl class="lab-figures" data-testid="lab-figures">
      <Figure term={offersFound} testid="lab-found">
        {countOf(2 * pairsFound, 2 * pairsDone)}
        {interval === null ? null : <small> {formatShare(pairsFound / pairsDone)}</small>}
      </Figure>
      <Figure term={t.interval} testid="lab-interval">
        {interval === null ? '–' : t.fromTo(formatShare(interval.low), formatShare(interval.high))}
      </Figure>
      <Figure term={closedForm} testid="lab-expected">
        {formatShare(state.expected)}
      </Figure>
      <Figure term={t.slots}>{meanSlots === null ? '–' : formatTenths(meanSlots)}</Figure>
      <Figure term={t.acts} testid="lab-acts">
        {formatCount(state.acts)}
      </Figure>
      <Figure term={t.pairsDone}>{countOf(pairsDone, settings.pairs)}</Figure>
      <Figure term={t.peersJoined}>{countOf(state.joined, settings.peers)}</Figure>
      <Figure term={t.events}>
        {formatCount(state.events)}
        <small> {t.virtualTime(formatTenths(state.virtualMs / 1_000))}</small>
        {running ? <small> {t.perSecond(formatCount(Math.round(eventsPerSecond)))}</small> : null}
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
      {isRunning ? labProgress.t.cancel : labProgress.t.runAgain}
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
  const { t } = labProgress
  const twins = runs.filter((run) => isSame(run.settings, settings))
  const isEqual = twins.every((run) => run.state.traceHash === state.traceHash)
  return (
    <>
      <p>
        {t.hash} <code data-testid="lab-hash">{state.traceHash}</code>
      </p>
      {twins.length > 1 ? (
        <p class={isEqual ? 'lab-equal' : 'lab-unequal'} data-testid="lab-repeat">
          <Sign name={isEqual ? 'done' : 'failed'} /> {isEqual ? t.sameHash(twins.length) : t.otherHash}
        </p>
      ) : null}
    </>
  )
}

function isSame(left: LabSettings, right: LabSettings): boolean {
  return (Object.keys(left) as (keyof LabSettings)[]).every((name) => left[name] === right[name])
}
