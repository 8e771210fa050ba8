/** How far the experiment is, what it found so far, and its fingerprint at the end. */
import { formatCount } from '../amount.ts'
import { Sign } from '../sign.tsx'
import type { LabReport, LabSettings, LabState } from './lab-api.ts'
import { formatShare } from './lab-fields.ts'
import type { Lab, Run } from './use-lab.ts'

export function Progress({ lab, runs }: { readonly lab: Lab; readonly runs: readonly Run[] }) {
  const { settings, report, stage } = lab
  return (
    <section class="card lab-progress" aria-labelledby="lab-progress-title">
      <header class="section-head">
        <h3 id="lab-progress-title">Experiment</h3>
        <p class="quiet" role="status" data-testid="lab-status">
          {statusWords(lab)}
        </p>
      </header>
      {stage === 'running' && settings !== null ? <Bar settings={settings} state={report?.state ?? null} /> : null}
      {settings === null || report === null ? null : <Figures report={report} settings={settings} running={stage === 'running'} />}
      {stage === 'over' && settings !== null && report !== null ? (
        <End lab={lab} settings={settings} state={report.state} runs={runs} />
      ) : null}
    </section>
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
      <Figure term="Closed form" testid="lab-expected">
        {formatShare(state.expected)}
      </Figure>
      <Figure term="Slots to a receipt">{meanSlots === null ? '–' : meanSlots.toFixed(1)}</Figure>
      <Figure term="Pairs done">
        {pairsDone} of {settings.pairs}
      </Figure>
      <Figure term="Peers joined">
        {state.joined} of {settings.peers}
      </Figure>
      <Figure term="Virtual time">{(state.virtualMs / 1_000).toFixed(1)} s</Figure>
      <Figure term="Events">
        {formatCount(state.events)}
        {running ? <small> {formatCount(Math.round(eventsPerSecond))} a second</small> : null}
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

interface EndProps {
  readonly lab: Lab
  readonly settings: LabSettings
  readonly state: LabState
  readonly runs: readonly Run[]
}

function End({ lab, settings, state, runs }: EndProps) {
  const twins = runs.filter((run) => isSame(run.settings, settings))
  const isRepeat = twins.length > 1
  const isEqual = twins.every((run) => run.state.traceHash === state.traceHash)
  return (
    <div class="lab-end">
      <p>
        Trace hash <code data-testid="lab-hash">{state.traceHash}</code>
      </p>
      {isRepeat ? (
        <p class={isEqual ? 'lab-equal' : 'lab-unequal'} data-testid="lab-repeat">
          <Sign name={isEqual ? 'done' : 'failed'} />{' '}
          {isEqual ? `The same in all ${twins.length} runs with these settings.` : 'Not the same as before: a defect.'}
        </p>
      ) : null}
      <button type="button" class="button button-small" onClick={() => lab.start(settings)}>
        Run again with the same seed
      </button>
    </div>
  )
}

function isSame(left: LabSettings, right: LabSettings): boolean {
  return (Object.keys(left) as (keyof LabSettings)[]).every((name) => left[name] === right[name])
}
