/** What becomes of own offers, told as it happens: in the page, in its title while it is hidden, and by the browser when that is wanted. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { View } from '../peer/view.ts'
import { formatAmount, formatCount } from './amount.ts'
import type { ScreenApi } from './api.ts'
import { eventsBetween, type OfferEvent, shownAfter, titleWith } from './events.ts'
import { Sign } from './sign.tsx'
import { notify } from './state/notifications.ts'
import { news } from './text/en/news.ts'
import { networkNow } from './time.ts'
import type { Screen } from './use-screen.ts'
import { reasonWords } from './words.ts'
import './style/news.css'

/** Long enough to read it twice. It stands on the page of offers for good. */
const SHOWN_MS = 8_000

/** `beside`: the page has a column on its left in which news can stand on wide screens. */
export function News({ screen, beside }: { readonly screen: Screen; readonly beside: boolean }) {
  const [shown, setShown] = useState<readonly OfferEvent[]>([])
  const [held, setHeld] = useState(false)
  const hidden = useHidden()
  const countUnseen = useTitle(hidden)
  useOfferEvents(screen.view, (events) => {
    setShown((before) => shownAfter(before, events))
    countUnseen(events.length)
    for (const event of events) notify({ title: news.t.kinds[event.kind], body: wordsOf(event, screen.api), tag: event.offer.offerId })
  })
  const dismiss = (id: string) => setShown((before) => before.filter((event) => event.id !== id))
  return (
    <div
      class={`news ${beside ? 'news-beside' : ''}`}
      role="status"
      aria-label={news.t.label}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocusIn={() => setHeld(true)}
      onFocusOut={() => setHeld(false)}
    >
      {shown.map((event) => (
        <Toast key={event.id} event={event} api={screen.api} stays={held || hidden} dismiss={dismiss} />
      ))}
    </div>
  )
}

interface ToastProps {
  readonly event: OfferEvent
  readonly api: ScreenApi
  /** Somebody is at it, or nobody could have seen it. */
  readonly stays: boolean
  readonly dismiss: (id: string) => void
}

function Toast({ event, api, stays, dismiss }: ToastProps) {
  const { t } = news
  const { id, kind } = event
  useEffect(() => {
    if (stays) return
    const timer = setTimeout(() => dismiss(id), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [stays, id])
  const isGood = kind === 'matched' || kind === 'traded'
  return (
    <div class={`toast ${isGood ? 'toast-good' : 'toast-bad'}`}>
      <Sign name={isGood ? 'done' : 'warning'} />
      <p>
        <b>{t.kinds[kind]}</b>: {wordsOf(event, api)} <a href="#/offers">{t.show}</a>
      </p>
      <button type="button" class="toast-close" aria-label={t.dismiss} onClick={() => dismiss(id)}>
        <Sign name="failed" />
      </button>
    </div>
  )
}

function wordsOf({ offer, quantity = offer.quantity, price = offer.price, reason }: OfferEvent, api: ScreenApi): string {
  const { t } = news
  const service = api.service(offer.serviceId)
  const count = quantity > 0 ? `${formatCount(quantity)} × ` : ''
  const money = `${formatAmount(price, service?.decimals ?? 0)} ${service?.currency ?? ''}`.trim()
  const terms = `${t[offer.side]} ${count}${service?.unit ?? ''} ${t.at} ${money}, ${service?.name ?? offer.serviceId}`
  return reason === undefined ? `${terms}.` : `${terms}: ${reasonWords(reason)}.`
}

/** Runs with what is new in each view. The first one is where this visit begins. */
function useOfferEvents(view: View | null, tell: (events: readonly OfferEvent[]) => void): void {
  const before = useRef<{ readonly view: View; readonly sinceLocalMs: number } | null>(null)
  useEffect(() => {
    if (view === null) return
    const sinceLocalMs = before.current?.sinceLocalMs ?? Date.now()
    const events = before.current === null ? [] : eventsBetween(before.current.view, view, networkNow(view, sinceLocalMs))
    before.current = { view, sinceLocalMs }
    if (events.length > 0) tell(events)
  }, [view])
}

function useHidden(): boolean {
  const [hidden, setHidden] = useState(document.hidden)
  useEffect(() => {
    const update = () => setHidden(document.hidden)
    document.addEventListener('visibilitychange', update)
    return () => document.removeEventListener('visibilitychange', update)
  }, [])
  return hidden
}

/** Counts in the title while nobody looks; gives what adds to the count. */
function useTitle(hidden: boolean): (events: number) => void {
  const [unseen, setUnseen] = useState(0)
  const count = hidden ? unseen : 0
  useEffect(() => {
    document.title = titleWith(count)
  }, [count])
  useEffect(() => {
    if (!hidden) setUnseen(0)
  }, [hidden])
  return (events) => setUnseen((before) => (document.hidden ? before + events : 0))
}
