import type { LabMalice, LabProblem } from '../../lab/lab-api.ts'
import { catalogue } from '../language.ts'

/** Each kind's name, and what such a broker does. */
const malice: Record<LabMalice, { name: string; deed: string }> = {
  silent: { name: 'Silent', deed: 'They take offers, then forward nothing and tell nobody.' },
  'silent-to-brokers': { name: 'Silent to brokers', deed: 'They take offers, and forward nothing to the set.' },
  'silent-to-traders': { name: 'Silent to traders', deed: 'They take part, but give no notice and no attestation.' },
  selective: { name: 'Selective', deed: 'They forward to some of the set only.' },
  'false-price': { name: 'False prices', deed: 'They quote false prices and tell of matches that are none.' },
  favour: {
    name: 'Favour a friend',
    deed: 'They hold back what beats the offer of a friend, who bids lower in every service.',
  },
  replay: {
    name: 'Replay',
    deed: 'They forward old offers again. Each buyer has bid too little before, so that there is one.',
  },
  'two-faced': { name: 'Two-faced', deed: 'They tell different brokers different stories.' },
  'mute-root': {
    name: 'Mute root',
    deed: 'They do not tell the others that there is a service. Once offers come, the others learn of it anyway.',
  },
}

const problems: Record<LabProblem, string> = { 'no-ring': 'The peers did not become one ring.' }

/** Words of more than one part of the lab, and its head. */
export const lab = catalogue('lab', {
  back: 'Back to the market',
  title: 'Lab',
  lead: 'How many offers find each other when brokers misbehave? This tab simulates a whole market: the same peers that run in real tabs, on a virtual network and clock. Nothing leaves this device.',
  malice,
  /** How the traders of an experiment act. */
  modes: { once: 'Send once', watch: 'Watch and resend' },
  /** What the closed form stands for, wherever it is shown beside other kinds and modes. */
  closedForm: 'Closed\u00a0form (silent, sent\u00a0once)',
  offersFound: 'Offers found',
  countOf: (count: number, of: number) => `${count} of ${of}`,
})

/** What a visitor chooses. */
export const labForm = catalogue('labForm', {
  label: 'Experiment',
  run: 'Run',
  ring: 'Ring',
  peers: 'Peers',
  peersHint: 'More take longer: 100 and up, minutes.',
  n: 'Brokers a service, n',
  misbehaving: 'Misbehaving brokers',
  ofEachSet: 'Of each set',
  share: (count: number, n: number, share: string) => `${count} of ${n}, ${share}`,
  how: 'How',
  traders: 'Traders',
  f: 'Brokers an offer goes to, f',
  heldBack: 'When brokers hold an offer back',
  asInPaper: 'as in the paper',
  pairs: 'Crossing pairs',
  pairsHint: 'A buyer and a seller each, outside of the set.',
  chance: 'Chance',
  seed: 'Seed',
  seedHint: 'The same seed and settings give the same run.',
  anotherSeed: 'Another seed',
  wrongPeers: (least: number, most: number) => `A whole number from ${least} to ${most}: n brokers and three others at least.`,
  wrongNumber: (least: number, most: number) => `A whole number from ${least} to ${most}.`,
})

/** How far an experiment is, and what it found. */
export const labProgress = catalogue('labProgress', {
  title: 'Experiment',
  idle: 'Choose, then press Run.',
  failed: (why: string) => `It failed. ${why}`,
  problems,
  notStarted: 'The simulator could not be started.',
  cancelled: 'Cancelled.',
  over: (found: number, of: number) => `Done: ${found} of ${of} offers found.`,
  trading: 'Pairs are trading.',
  joining: 'Peers are joining the ring.',
  pairsDone: 'Pairs done',
  peersJoined: 'Peers joined',
  interval: '95 % interval',
  fromTo: (low: string, high: string) => `${low} to ${high}`,
  slots: 'Slots to a receipt',
  acts: 'Lies told, things hidden',
  events: 'Events',
  virtualTime: (seconds: string) => `in ${seconds} s of virtual time`,
  perSecond: (events: string) => `${events}/s`,
  noOccasion:
    'These brokers had nothing to misbehave about: all they said was true and whole. So this run says nothing about what such brokers can do.',
  cancel: 'Cancel',
  runAgain: 'Run again with the same seed',
  hash: 'Trace hash',
  sameHash: (runs: number) => `The same in all ${runs} runs with these settings.`,
  otherHash: 'Not the same as before: a defect.',
})

/** The picture of the ring. */
export const labRing = catalogue('labRing', {
  title: 'Ring',
  none: 'Peers appear here.',
  empty: 'An empty ring',
  joining: 'Peers are joining.',
  results: { open: 'trading', found: 'found', 'not found': 'not found' },
  pair: (number: number, result: string) => `Pair ${number}: ${result}`,
  ring: (peers: number, joined: number, links: number) => `A ring of ${peers} peers, ${joined} joined, with ${links} links.`,
  trades: (number: number, brokers: number, liars: number) =>
    `Pair ${number} trades through ${brokers} brokers, ${liars} of them misbehaving.`,
  letters: { buyer: 'B', seller: 'S' },
  kinds: {
    waiting: 'not started',
    joining: 'joining',
    peer: 'joined',
    broker: 'honest broker',
    liar: 'misbehaving broker',
    buyer: 'buyer, B',
    seller: 'seller, S',
  },
  service: 'place of the service',
})

/** The chart and the table of the runs. */
export const labRuns = catalogue('labRuns', {
  summary: (shares: readonly string[], runs: number) =>
    `The closed form over the share of misbehaving brokers falls from 100 % at none: ${shares.join(', ')}. ${runs === 1 ? '1 run' : `${runs} runs`} of this visit, in the table below.`,
  shareAt: (found: string, silent: string) => `${found} at ${silent}`,
  axis: 'misbehaving brokers of a set',
  point: (kind: string, mode: string, found: string) => `${kind}, ${mode.toLowerCase()}: ${found} offers found`,
  measured: (kind: string, mode: string) => `measured: ${kind.toLowerCase()}, ${mode.toLowerCase()}`,
  others: (count: number) => `${count} measured in other ways, beside their share: point at one, or see the table`,
  hidden: (count: number) => `${count} more with other n or f in the table.`,
  title: 'Runs of this visit',
  table: 'Table of runs',
  columns: {
    run: 'Run',
    peers: 'Peers',
    n: 'n',
    f: 'f',
    misbehaving: 'Misbehaving',
    how: 'How',
    traders: 'Traders',
    seed: 'Seed',
    interval: '95\u00a0% interval',
    acts: 'Lies, things\u00a0hidden',
    slots: 'Slots',
    hash: 'Trace hash',
  },
})
