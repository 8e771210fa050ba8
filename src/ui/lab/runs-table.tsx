/** The runs of this visit in numbers: what the chart shows, for everyone who does not see it. */
import { formatCount, formatTenths } from '../amount.ts'
import { labRuns, lab as texts } from '../text/en/lab.ts'
import { formatShare, modeWords } from './lab-fields.ts'
import type { Run } from './use-lab.ts'

/** Each with whether it holds numbers. */
const columns = [
  ['run', true],
  ['peers', true],
  ['n', true],
  ['f', true],
  ['misbehaving', false],
  ['how', false],
  ['traders', false],
  ['seed', true],
  ['offersFound', true],
  ['interval', true],
  ['acts', true],
  ['closedForm', true],
  ['slots', true],
  ['hash', false],
] as const

export function RunsTable({ runs }: { readonly runs: readonly Run[] }) {
  const { t } = labRuns
  const { offersFound, closedForm } = texts.t
  const heads = { ...t.columns, offersFound, closedForm }
  return runs.length === 0 ? null : (
    <section class="card" aria-labelledby="lab-runs-title">
      <h3 id="lab-runs-title">{t.title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table must be scrolled with the keyboard too. */}
      <section class="lab-scroll" tabIndex={0} aria-label={t.table}>
        <table class="plain" data-testid="lab-runs">
          <thead>
            <tr>
              {columns.map(([column, isNumber]) => (
                <th key={column} scope="col" class={isNumber ? 'number' : ''}>
                  {heads[column]}
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
  const { malice, countOf } = texts.t
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
      <td>{malice[kind].name}</td>
      <td>{modeWords(watch)}</td>
      <td class="number">{seed}</td>
      <td class="number">{countOf(2 * pairsFound, 2 * pairsDone)}</td>
      <td class="number">{interval === null ? '–' : `${formatShare(interval.low)} – ${formatShare(interval.high)}`}</td>
      <td class="number">{formatCount(acts)}</td>
      <td class="number">{formatShare(expected)}</td>
      <td class="number">{meanSlots === null ? '–' : formatTenths(meanSlots)}</td>
      <td>
        <code>{traceHash}</code>
      </td>
    </tr>
  )
}
