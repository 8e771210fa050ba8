/** A service's order book, asked of the brokers again and again while somebody looks. */
import { useEffect, useState } from 'preact/hooks'
import type { Id } from '../base/identity.ts'
import type { BookAnswer } from '../trader/command.ts'
import type { ApiError, ScreenApi } from './api.ts'
import { apiErrorOf } from './words.ts'

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

export function useBook(api: ScreenApi, serviceId: Id, pauseMs: number): BookState {
  const [state, setState] = useState<BookState>(nothing)
  useEffect(() => {
    let current = true
    setState(nothing)
    const update = (change: (state: BookState) => BookState) => {
      if (current) setState(change)
    }
    const ask = async () => {
      try {
        const book = await api.orderBook(serviceId)
        update((before) => answered(before, book))
      } catch (error) {
        update((before) => ({ ...before, error: apiErrorOf(error), asked: before.asked + 1 }))
      }
    }
    const stop = watchBook(ask, pauseMs)
    return () => {
      current = false
      stop()
    }
  }, [api, serviceId, pauseMs])
  return state
}
