/** The runs of this visit in numbers: what the chart shows, for everyone who does not see it. */
import { formatCount } from '../amount.ts'
import { CLOSED_FORM, formatShare, MALICE_WORDS, modeWords } from './lab-fields.ts'
import type { Run } from './use-lab.ts'

const columns = [
  'Run',
  'Peers',
  'n',
  'f',
  'Misbehaving',
  'How',
  'Traders',
  'Seed',
  'Offers found',
  '95\u00a0% interval',
  'Lies, things\u00a0hidden',
  CLOSED_FORM,
  'Slots',
  'Trace hash',
]
const texts = new Set(['Misbehaving', 'How', 'Traders', 'Trace hash'])

export function RunsTable({ runs }: { readonly runs: readonly Run[] }) {
  return runs.length === 0 ? null : (
    <section class="card" aria-labelledby="lab-runs-title">
      <h3 id="lab-runs-title">Runs of this visit</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table must be scrolled with the keyboard too. */}
      <section class="lab-scroll" tabIndex={0} aria-label="Table of runs">
        <table class="plain" data-testid="lab-runs">
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col" class={texts.has(column) ? '' : 'number'}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {runs.map((run, index) => (
              <Row key={index} run={run} number={index + 1} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}

function Row({ run, number }: { readonly run: Run; readonly number: number }) {
  const { settings, state } = run
  const { peers, n, f, malicious, kind, watch, seed } = settings
  const { interval, meanSlots, pairsDone, pairsFound, traceHash, expected, acts } = state
  return (
    <tr>
      <td class="number">{number}</td>
      <td class="number">{peers}</td>
      <td class="number">{n}</td>
      <td class="number">{f}</td>
      <td>{formatShare(malicious / n)}</td>
      <td>{MALICE_WORDS[kind][0]}</td>
      <td>{modeWords(watch)}</td>
      <td class="number">{seed}</td>
      <td class="number">
        {2 * pairsFound} of {2 * pairsDone}
      </td>
      <td class="number">{interval === null ? '–' : `${formatShare(interval.low)} – ${formatShare(interval.high)}`}</td>
      <td class="number">{formatCount(acts)}</td>
      <td class="number">{formatShare(expected)}</td>
      <td class="number">{meanSlots === null ? '–' : meanSlots.toFixed(1)}</td>
      <td>
        <code>{traceHash}</code>
      </td>
    </tr>
  )
}
