import type { Id } from '../../base/identity.ts'
import type { BrokerMalice } from '../figures/liars.ts'
import { BROKER_MALICE } from '../malice/kinds.ts'

/** Ways of a broker to lie. Not `false-handoff`: once pairs trade no peer joins or leaves, so no table is handed over. */
export type LabMalice = Exclude<BrokerMalice, 'false-handoff'>

/** An experiment gives occasion for each of them. */
export const LAB_MALICE = BROKER_MALICE.filter((kind): kind is LabMalice => kind !== 'false-handoff')

/** Everything that decides an experiment: with the same code the same settings give the same trace. */
export interface ExperimentSettings {
  /** Peers on the ring, n + 3 to 1,000: the traders of a pair stand outside its broker set, and so may a friend of its liars. */
  readonly peers: number
  /** Broker-set size, 1 to 32. */
  readonly n: number
  /** Brokers an offer goes to, 1 to n. */
  readonly f: number
  /** How many brokers of each set misbehave, 0 to n. */
  readonly malicious: number
  readonly kind: LabMalice
  /** See PeerOptions.watch. */
  readonly watch: boolean
  /** Crossing pairs, each in a service of its own, 1 to 1,000. */
  readonly pairs: number
  /** 0 to 2^32 − 1. */
  readonly seed: number
}

/** One peer as the picture of the ring shows it. */
export interface PicturedPeer {
  readonly nodeId: Id
  /** On the circle of 2^128, from 0 to 1. */
  readonly place: number
  readonly state: 'waiting' | 'joining' | 'joined'
}

/** One pair at its work. Peers by their index in the list of peers. */
export interface PicturedPair {
  /** Counted from 1. */
  readonly number: number
  /** Of the service, on the circle of 2^128, from 0 to 1. */
  readonly place: number
  readonly brokers: readonly number[]
  readonly liars: readonly number[]
  readonly buyer: number
  readonly seller: number
  readonly result: 'open' | 'found' | 'not found'
}

/** Why an experiment can end before its time: its peers did not become one ring. */
export type ExperimentProblem = 'no-ring'

export interface ExperimentState {
  readonly phase: 'joining' | 'trading' | 'over'
  /** Why it ended before its time; empty when it did not. */
  readonly problem: ExperimentProblem | ''
  /** Virtual time since the start. */
  readonly virtualMs: number
  /** Events so far: all that happened in the virtual world. */
  readonly events: number
  readonly joined: number
  readonly pairsDone: number
  readonly pairsFound: number
  /** The closed form of PROTOCOL 7 for silent brokers and offers sent once, from 0 to 1. */
  readonly expected: number
  /** The 95 % interval of the share found; null before the first pair is done. */
  readonly interval: { readonly low: number; readonly high: number } | null
  /** Of the pairs found: from the offers to the whole receipt, in slots; null when none was. */
  readonly meanSlots: number | null
  /** How often a misbehaving broker really hid or changed something so far. */
  readonly acts: number
  /** See Trace. */
  readonly traceHash: string
  readonly peers: readonly PicturedPeer[]
  /** Direct links, each once, by the indices of their peers. */
  readonly links: readonly (readonly [number, number])[]
  /** The pair that the picture follows; null before the first. */
  readonly pair: PicturedPair | null
}
