/** The live order book: a ladder of both sides, how far it can be trusted, and what the person chose of its drawing. */
import { useMemo, useState } from 'preact/hooks'
import { isExchangeSlot, slotNumber } from '../../market/slot.ts'
import type { BookAnswer } from '../../trader/command.ts'
import { formatAmount } from '../amount.ts'
import { Sign } from '../sign.tsx'
import { book as texts } from '../text/en/book.ts'
import { formatAge, networkNow } from '../time.ts'
import { useNow } from '../use-screen.ts'
import { DepthChart } from './depth-chart.tsx'
import { Ladder } from './ladder.tsx'
import { type Grouping, groupings, levelsOf } from './levels.ts'
import type { Market } from './market.ts'
import { type Pace, paces } from './pace.ts'
import { type Quality, qualityOf } from './quality.ts'
import type { BookState } from './use-book.ts'
import '../style/book.css'

interface BookProps {
  readonly market: Market
  readonly pace: Pace
  readonly onPace: (pace: Pace) => void
  /** A level was chosen; its price in smallest units. */
  readonly onPick: (price: number) => void
}

interface Frozen {
  readonly state: BookState
  readonly sinceMs: number
}

/** The age is told to a tenth of a second; a slot's phase changes no faster. */
const TICK_MS = 200

export function OrderBook({ market, pace, onPace, onPick }: BookProps) {
  const { screen, service, slotMs } = market
  const { t } = texts
  const now = useNow(TICK_MS)
  const [frozen, setFrozen] = useState<Frozen | null>(null)
  const [grouping, setGrouping] = useState<Grouping>(1)
  const state = frozen?.state ?? market.book
  const { book } = state
  const self = screen.view?.nodeId ?? ''
  const ageMs = book === null ? 0 : book.ageMs + now - state.receivedAtMs
  const quality = book === null ? undefined : qualityOf(book, ageMs, slotMs)
  const levels = useMemo(() => (book === null ? null : levelsOf(book, self, grouping)), [book, self, grouping])
  // The same drawing while nothing in it changes: the age above it ticks far more often.
  const body = useMemo(() => {
    if (book === null || levels === null) return null
    return (
      <>
        <Ladder book={book} levels={levels} service={service} onPick={onPick} />
        <DepthChart levels={levels} service={service} />
      </>
    )
  }, [book, levels, service, onPick, t])
  return (
    <section
      class={`book card book-${quality ?? 'loading'} ${frozen === null ? '' : 'book-frozen'}`}
      data-quality={quality ?? 'loading'}
      aria-labelledby="book-title"
    >
      <header class="section-head">
        <h3 id="book-title">{t.title}</h3>
        {book === null ? null : <Trust book={book} ageMs={ageMs} quality={quality} />}
      </header>
      <SlotLine market={market} now={now} />
      <div class="book-tools">
        <GroupingChoice grouping={grouping} onChange={setGrouping} service={service} />
        <PaceChoice pace={pace} onPace={onPace} />
        <button
          type="button"
          class="button button-small"
          aria-pressed={frozen !== null}
          disabled={book === null}
          onClick={() => setFrozen(frozen === null ? { state, sinceMs: Date.now() } : null)}
        >
          {t.freeze}
        </button>
      </div>
      <p class="book-warning">
        <Warning state={state} quality={quality} brokers={screen.parameters?.n} frozenMs={frozen === null ? null : now - frozen.sinceMs} />
      </p>
      {quality === 'none' || body === null ? <Unanswered asked={state.asked} /> : body}
    </section>
  )
}

function Trust({ book, ageMs, quality }: { readonly book: BookAnswer; readonly ageMs: number; readonly quality: Quality | undefined }) {
  const { t } = texts
  return (
    <p class="book-quality">
      <Sign name={quality === 'good' ? 'done' : 'warning'} />
      {t.answered(book.answered, book.of, book.agreeing)} · <span class="age">{t.ago(formatAge(ageMs))}</span>
    </p>
  )
}

/** The slot as it runs, by the network's clock. */
function SlotLine({ market: { screen, slotMs }, now }: { readonly market: Market; readonly now: number }) {
  const { t } = texts
  if (screen.view === null) return null
  const slot = slotNumber(networkNow(screen.view, now), slotMs)
  return (
    <p class="quiet slot-line">
      {t.slot(String(slot))} · {isExchangeSlot(slot) ? t.exchanges : t.collects}
    </p>
  )
}

interface GroupingProps {
  readonly grouping: Grouping
  readonly onChange: (grouping: Grouping) => void
  readonly service: Market['service']
}

function GroupingChoice({ grouping, onChange, service: { decimals, currency } }: GroupingProps) {
  const { t } = texts
  return (
    <label class="book-choice">
      <span>{t.grouping}</span>
      <select name="grouping" value={String(grouping)} onChange={(event) => onChange(Number(event.currentTarget.value) as Grouping)}>
        {groupings.map((step) => (
          <option key={step} value={String(step)}>
            ×{step} · {t.groups(formatAmount(step, decimals), currency)}
          </option>
        ))}
      </select>
    </label>
  )
}

function PaceChoice({ pace, onPace }: Pick<BookProps, 'pace' | 'onPace'>) {
  const { t } = texts
  return (
    <label class="book-choice">
      <span>{t.pace}</span>
      <select name="pace" value={String(pace)} onChange={(event) => onPace(Number(event.currentTarget.value) as Pace)}>
        {paces.map((ms) => (
          <option key={ms} value={String(ms)}>
            {t.paceMs(ms)}
          </option>
        ))}
      </select>
    </label>
  )
}

interface WarningProps {
  readonly state: BookState
  readonly quality: Quality | undefined
  readonly brokers: number | undefined
  readonly frozenMs: number | null
}

function Warning({ state, quality, brokers = 1, frozenMs }: WarningProps) {
  const { t } = texts
  if (frozenMs !== null) return <span class="notice">{t.frozen(formatAge(frozenMs))}</span>
  if (quality !== undefined && quality !== 'good') return <span class="notice">{t.quality[quality]}</span>
  if (state.error !== null) return <span class="notice">{state.error.message}</span>
  const few = state.book !== null && state.book.of < Math.min(3, brokers)
  return few ? <span class="quiet">{t.small}</span> : null
}

function Unanswered({ asked }: { readonly asked: number }) {
  const { t } = texts
  if (asked > 0) return <p class="empty">{t.unanswered}</p>
  return (
    <p class="empty">
      <span class="spinner" aria-hidden="true" /> {t.asking}
    </p>
  )
}
