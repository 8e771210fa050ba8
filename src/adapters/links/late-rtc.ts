/**
 * WebRTC connections whose code, with simple-peer, comes by itself: no screen needs it. An attempt that is there before it waits for it.
 */
import type { OpenRtc, Rtc, RtcListener, RtcOptions } from './webrtc-channel.ts'

/** What brings the code; a test may bring another. */
export type LoadRtc = () => Promise<OpenRtc>

export interface LateRtc {
  readonly open: OpenRtc
  /** Begins to load. May be called any number of times. */
  prepare(): void
}

/** Loads once; after a failure the next attempt tries again. */
export function createLateRtc(load: LoadRtc): LateRtc {
  let loaded: OpenRtc | null = null
  let loading: Promise<OpenRtc> | undefined
  const prepare = (): Promise<OpenRtc> => {
    loading ??= load().then(
      (open) => {
        loaded = open
        return open
      },
      (error: unknown) => {
        loading = undefined
        throw error
      },
    )
    return loading
  }
  return {
    open: (options, listener) => loaded?.(options, listener) ?? new WaitingRtc(prepare(), { options, listener }),
    prepare: () => {
      prepare().catch(() => {})
    },
  }
}

class WaitingRtc implements Rtc {
  readonly #listener: RtcListener
  #rtc: Rtc | null = null
  /** The other side's SDP, when it came first. */
  #sdp: string | null = null
  #closed = false

  constructor(open: Promise<OpenRtc>, attempt: { readonly options: RtcOptions; readonly listener: RtcListener }) {
    this.#listener = attempt.listener
    open.then((openRtc) => this.#begin(openRtc, attempt.options)).catch((error: unknown) => this.#fail(error))
  }

  accept(sdp: string): void {
    if (this.#rtc !== null) this.#rtc.accept(sdp)
    else this.#sdp ??= sdp
  }

  close(): void {
    this.#closed = true
    this.#rtc?.close()
  }

  #begin(openRtc: OpenRtc, options: RtcOptions): void {
    if (this.#closed) return
    this.#rtc = openRtc(options, this.#listener)
    if (this.#sdp !== null) this.#rtc.accept(this.#sdp)
  }

  #fail(error: unknown): void {
    if (!this.#closed) this.#listener.onFail(`no WebRTC: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** simple-peer's. */
export const lateWebRtc: LateRtc = createLateRtc(async () => (await import('./webrtc-channel.ts')).openWebRtc)
