/** The state of one search at one PeerServer: who was called, who is to be called next. */
import type { Search } from './way.ts'

/** How long a call may keep others from being made: longer, and its id is probably a ghost's. */
const CALL_PATIENCE_MS = 700
/** With one contact found, how long the other calls are waited for. */
const GRACE_MS = 400

/** Makes one call; true when it brought a contact. */
export type MakeCall = (id: string) => Promise<boolean>

export class SearchRun {
  readonly search: Search
  contacts = 0
  /** The server answered. */
  answered = false
  /** Ids that others hold and that could not be reached. */
  unreached = 0
  /** What hindered it, for a person. */
  reason = ''
  /** A newer search, or enough contacts elsewhere. */
  ended = false
  readonly #makeCall: MakeCall
  readonly #known = new Set<string>()
  readonly #waiting: string[] = []
  /** Under way; and those among them that may still be answered soon. */
  readonly #calls = new Set<Promise<void>>()
  #fresh = 0

  constructor(search: Search, makeCall: MakeCall) {
    this.search = search
    this.#makeCall = makeCall
  }

  get enough(): boolean {
    return this.ended || this.contacts >= this.search.want
  }

  /** Somebody has this id: it is called as soon as it is needed. */
  found(id: string): void {
    if (this.#known.has(id)) return
    this.#known.add(id)
    this.#waiting.push(id)
    this.#callMore()
  }

  /** Until it makes sense to look for more ids. */
  async wantsMore(): Promise<void> {
    while (!this.enough && this.contacts + this.#fresh >= this.search.want) await firstOf([...this.#calls], CALL_PATIENCE_MS)
  }

  /** Until there are enough contacts, or every call has ended; with one contact the others are waited for a moment only. */
  async settled(ids: Promise<unknown>): Promise<void> {
    let idsDone = false
    const done = ids.then(() => {
      idsDone = true
    })
    let endMs = Number.POSITIVE_INFINITY
    while (!this.enough && !(idsDone && this.#calls.size === 0)) {
      const nowMs = performance.now()
      if (this.contacts > 0) endMs = Math.min(endMs, nowMs + GRACE_MS)
      if (nowMs >= endMs) return
      await firstOf([...this.#calls, ...(idsDone ? [] : [done])], Math.min(endMs - nowMs, GRACE_MS))
    }
  }

  #callMore(): void {
    while (!this.enough && this.contacts + this.#fresh < this.search.want) {
      const id = this.#waiting.shift()
      if (id === undefined) return
      this.#call(id)
    }
  }

  #call(id: string): void {
    let fresh = true
    const grow = () => {
      if (fresh) this.#fresh -= 1
      fresh = false
      this.#callMore()
    }
    this.#fresh += 1
    const timer = setTimeout(grow, CALL_PATIENCE_MS)
    const call = this.#makeCall(id).then((worked) => {
      clearTimeout(timer)
      this.#calls.delete(call)
      if (!worked) this.unreached += 1
      grow()
    })
    this.#calls.add(call)
  }
}

/** When one of them is done, or the time is over. */
async function firstOf(promises: readonly Promise<unknown>[], timeoutMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs)
  })
  await Promise.race([...promises, timeout])
  clearTimeout(timer)
}
