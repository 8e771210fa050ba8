/** What a person should know for a while; what goes on is told again. */
const NOTICE_MS = 60_000

export class Notice {
  #text = ''
  #untilMs = Number.NEGATIVE_INFINITY

  /** `forMs`: Infinity for what stays. */
  tell(text: string, nowMs: number, forMs = NOTICE_MS): void {
    this.#text = text
    this.#untilMs = nowMs + forMs
  }

  /** Empty when its time is over. */
  at(nowMs: number): string {
    return nowMs < this.#untilMs ? this.#text : ''
  }
}
