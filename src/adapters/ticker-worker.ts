/** One timer for the page: a Worker's is not throttled when its tab is hidden (FIELD-NOTES, Browsers). */
import type { TickerRequest } from './ticker-messages.ts'

let timer = 0

addEventListener('message', (event: MessageEvent<TickerRequest>) => {
  const { request, delayMs } = event.data
  clearTimeout(timer)
  timer = setTimeout(() => postMessage(request), delayMs)
})
