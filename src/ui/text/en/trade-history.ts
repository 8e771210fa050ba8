import { catalogue } from '../language.ts'

/** Prices of a service over time, and the tape of its latest trades. */
export const tradeHistory = catalogue('tradeHistory', {
  title: 'Trades of this service',
  none: 'No trade seen yet. Brokers show the latest ones; this page remembers what it saw.',
  since: 'What the brokers showed since you opened this page. Every row stands on a receipt that both sides signed.',
  time: 'Time',
  price: 'Price',
  quantity: 'Quantity',
  chart: (service: string) => `Price of ${service} over time; the table beside it has the same trades`,
  view: 'Show as',
  views: { line: 'Line', minutes: 'Candles, 1 min', seconds: 'Candles, 10 s' },
  attribution: 'Chart by',
  all: (count: number) => `Show all ${count}`,
  fewer: 'Show fewer',
})
