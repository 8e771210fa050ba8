import { catalogue } from '../language.ts'

export const about = catalogue('about', {
  title: 'What PeerMart is',
  lead: 'A market for services between people, with no server in the middle. Every open tab is a peer: tabs find each other, form a ring, and share the work of an auctioneer.',
  how: 'How it works',
  steps: [
    'Your tab makes a key. Every offer is signed with it, and so is every receipt.',
    'The tabs closest to a service on the ring are its brokers. They keep its order book.',
    'Time runs in slots: in one the brokers collect offers, in the next they tell each other what they hold and decide by the same rule what matches.',
    'Buyer and seller sign one receipt, at the mean of their prices, and the brokers attest that it was completed in time.',
  ],
  limits: 'What it does not do',
  limitList: [
    'No escrow and no payment. A receipt shows who agreed to what, and when. Paying and delivering is between you and the other side.',
    'No anonymity. Whoever looks can see what a key offers and trades; linked peers see each other’s network addresses.',
    'No promise of identity. A key stands for whoever holds it, and new keys cost only some computing.',
    'Nothing happens while no tab is open.',
  ],
  terms: 'Words',
  termList: [
    ['Offer', 'what you would buy or sell: a price, a quantity, and until when'],
    ['Bid and ask', 'the best price to buy and the best to sell'],
    ['Broker', 'a peer that keeps the order book of a service'],
    ['Slot', 'the beat of the market: one collects, the next decides'],
    ['Receipt', 'the trade, signed by both sides'],
  ] as readonly (readonly [string, string])[],
})
