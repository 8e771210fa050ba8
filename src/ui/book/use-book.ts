/** A service's order book, asked of the brokers again and again while somebody looks, and drawn no more often than is wanted. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Id } from '../../base/identity.ts'
import type { BookAnswer } from '../../trader/command.ts'
import type { ApiError, ScreenApi } from '../api.ts'
import { apiErrorOf } from '../words.ts'
import { type Pace, type PaceClock, Pacer } from './pace.ts'

export interface BookState {
  /** The last answer with a broker in it; null before the first. */
  readonly book: BookAnswer | null
  /** When that answer came, on the local clock. */
  readonly receivedAtMs: number
  /** Why the newest question failed; null when it did not. */
  readonly error: ApiError | null
  /** Answers and failures so far: none yet means loading. */
  readonly asked: number
}

const nothing: BookState = { book: null, receivedAtMs: 0, error: null, asked: 0 }

const clock: PaceClock = {
  nowMs: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

function answered(state: BookState, book: BookAnswer): BookState {
  const asked = state.asked + 1
  // An empty-handed answer does not replace a book: that one ages and is marked as old.
  if (book.answered === 0 && state.book !== null) return { ...state, error: null, asked }
  return { book, receivedAtMs: Date.now(), error: null, asked }
}

/** Asks once a call, never two at once, never for a hidden tab. */
function watchBook(ask: () => Promise<void>, pauseMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking = false
  let stopped = false
  const next = async () => {
    if (stopped || asking || document.hidden) return
    clearTimeout(timer)
    asking = true
    await ask()
    asking = false
    if (!stopped) timer = setTimeout(next, pauseMs)
  }
  document.addEventListener('visibilitychange', next)
  next()
  return () => {
    stopped = true
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', next)
  }
}

export interface BookOrder {
  readonly serviceId: Id
  /** Between an answer and the next question. */
  readonly pauseMs: number
  readonly paceMs: Pace
}

export function useBook(api: ScreenApi, { serviceId, pauseMs, paceMs }: BookOrder): BookState {
  const [state, setState] = useState<BookState>(nothing)
  const pacer = useRef<Pacer<BookState>>(null)
  useEffect(() => {
    let latest = nothing
    setState(nothing)
    const current = new Pacer<BookState>(clock, paceMs, setState)
    pacer.current = current
    const update = (next: BookState) => {
      latest = next
      if (pacer.current === current) current.push(next)
    }
    const ask = async () => {
      try {
        update(answered(latest, await api.orderBook(serviceId)))
      } catch (error) {
        update({ ...latest, error: apiErrorOf(error), asked: latest.asked + 1 })
      }
    }
    const stop = watchBook(ask, pauseMs)
    return () => {
      pacer.current = null
      current.stop()
      stop()
    }
  }, [api, serviceId, pauseMs])
  useEffect(() => {
    if (pacer.current !== null) pacer.current.paceMs = paceMs
  }, [paceMs])
  return state
}
