import { catalogue } from '../language.ts'

/** The first visit: what this is, what happens now, and what it does not do. */
export const startup = catalogue('startup', {
  title: 'Joining the market',
  lead: 'PeerMart is a market for services with no server in the middle: people’s browser tabs keep the order books and match the offers. This tab becomes one of them.',
  limits: 'No escrow and no payment: you deal with the other side yourself.',
  more: 'How it works',
  steps: {
    config: 'Read the configuration',
    identity: 'Your key: made in this browser, and kept there',
    puzzle: 'Solve the puzzle that makes keys cost something',
    store: 'Open the store on this device',
    rendezvous: 'Look for other peers',
    ring: 'Take the place on the ring',
  },
  states: { waiting: 'waiting', running: 'under way', done: 'done', failed: 'failed' },
  progress: (label: string) => `${label}: progress`,
  cannotJoin: 'This tab cannot join',
  again: 'Try again',
  use: 'Use',
  doNotUse: 'Do not use',
})

export const invite = catalogue('invite', {
  alone: 'You are alone here so far',
  aloneText:
    'No other peer was found. The market grows with the tabs that are open: open this link on another device, or send it to somebody to trade with.',
  label: 'Invite somebody',
  copy: 'Copy',
  qr: 'The same link as a QR code',
})
