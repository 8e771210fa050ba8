import { catalogue } from '../language.ts'

/** Making an offer: its fields, what it would do, and what the brokers said. */
export const offerForm = catalogue('offerForm', {
  title: 'Make an offer',
  side: 'Side',
  buy: 'Buy',
  sell: 'Sell',
  send: { buy: 'Offer to buy', sell: 'Offer to sell' },
  sending: 'Sending to brokers…',
  price: (currency: string, unit: string) => `Price in ${currency} per ${unit}`,
  useBid: (price: string) => `Use bid ${price}`,
  useAsk: (price: string) => `Use ask ${price}`,
  taken: (price: string) => `Price ${price} taken from the book.`,
  quantity: (unit: string) => `Quantity in ${unit}`,
  wholeUnits: 'Whole units',
  validFor: 'Valid for',
  atMost: (length: string) => `At most ${length}`,
  minutes: (count: number) => (count === 1 ? '1 minute' : `${count} minutes`),
  seconds: (count: number) => (count === 1 ? '1 second' : `${count} seconds`),
  noEscrow: 'This is no escrow and no payment: you deal with the other side yourself.',
  replaces: 'You have an offer here. A peer has one live offer a service: a new one takes its place.',
  fill: 'Enter a price and a quantity to see what the offer would do.',
  total: { buy: 'Total at most', sell: 'Total at least' },
  noBook: 'The book is not here yet: what it would meet is not known.',
  oldBook: 'The book that this stands on is not to be trusted now: it may come out otherwise.',
  match: (quantity: string, unit: string) => `Would match now: ${quantity} × ${unit}`,
  matchAt: (price: string) => `at about ${price}`,
  rest: (quantity: string, unit: string) => `The other ${quantity} × ${unit} would be offered again by itself.`,
  wait: {
    buy: (rank: number, rows: number) => `No match now: it would wait at rank ${rank} of the offers to buy, which have ${rows} places.`,
    sell: (rank: number, rows: number) => `No match now: it would wait at rank ${rank} of the offers to sell, which have ${rows} places.`,
  },
  drop: {
    buy: (rows: number, price: string) =>
      `Worse than all ${rows} offers to buy that have a place, the last at ${price}: it would be dropped at once.`,
    sell: (rows: number, price: string) =>
      `Worse than all ${rows} offers to sell that have a place, the last at ${price}: it would be dropped at once.`,
  },
  unusual: 'Unusual terms: send this offer?',
  beyond: {
    buy: (price: string, best: string, percent: string) =>
      `You would buy at ${price}. The best offer to sell is at ${best}: your price is ${percent} % above it.`,
    sell: (price: string, best: string, percent: string) =>
      `You would sell at ${price}. The best offer to buy is at ${best}: your price is ${percent} % below it.`,
  },
  above: (price: string, seen: string, percent: string) =>
    `Your price is ${price}. The price seen here is ${seen}: yours is ${percent} % above it.`,
  below: (price: string, seen: string, percent: string) =>
    `Your price is ${price}. The price seen here is ${seen}: yours is ${percent} % below it.`,
  large: (total: string, bound: string) => `The total is ${total}. That is more than ${bound}.`,
  sendAnyway: 'Send it anyway',
  change: 'Change it',
  accepted: (accepted: number, of: number) => `Accepted by ${accepted} of ${of} ${of === 1 ? 'broker' : 'brokers'}.`,
  refused: (of: number, why: string) => `Not accepted by any of ${of} ${of === 1 ? 'broker' : 'brokers'}${why === '' ? '' : `: ${why}`}.`,
  reasons: {
    price: 'its price is worse than the offers the book has room for',
    stale: 'a newer offer of yours came first',
    expired: 'its time was over before it reached the brokers',
    validity: 'it is valid for longer than the network allows; if your choice was within the limit, check the clock',
    'not-broker': 'the brokers of the service have changed; it is sent again to the new ones',
  },
  wrong: {
    noPrice: 'Enter a price.',
    foreignSign: 'Use a point for decimals, and no commas.',
    priceNotAbove: 'The price must be above zero.',
    noNumber: (example: string) => `Enter a number, such as ${example}.`,
    wholePrice: 'Whole numbers only: the currency has no decimals.',
    tooFine: (decimals: number) => `At most ${decimals} decimals.`,
    noQuantity: 'Enter a quantity.',
    quantityNotAbove: 'The quantity must be above zero.',
    wholeQuantity: 'Whole units only: no decimals, no commas.',
    least: (amount: string) => `The least is ${amount}.`,
    most: (amount: string) => `The most is ${amount}.`,
    noLength: 'Choose one of the lengths.',
    tooLong: 'Longer than this network allows.',
  },
})
