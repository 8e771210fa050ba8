/** What the page and its ticker worker say to each other. The worker says the request's number when the delay is over. */
export interface TickerRequest {
  readonly request: number
  readonly delayMs: number
}
