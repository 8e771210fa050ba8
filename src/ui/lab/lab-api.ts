/** What the lab's page is built on: an experiment on simulated peers that runs elsewhere and reports. Plain data only, as it comes from a Worker. */

/** How a broker can misbehave, in the simulator's words, as far as an experiment gives occasion for it; what each means is said on the page. */
export type LabMalice =
  | 'silent'
  | 'silent-to-brokers'
  | 'silent-to-traders'
  | 'selective'
  | 'false-price'
  | 'favour'
  | 'replay'
  | 'two-faced'
  | 'mute-root'

/** Why an experiment can end before its time, in the simulator's words: its peers did not become one ring. */
export type LabProblem = 'no-ring'

/** All that decides an experiment. */
export interface LabSettings {
  readonly peers: number
  /** Brokers a service. */
  readonly n: number
  /** Brokers an offer goes to. */
  readonly f: number
  /** Misbehaving brokers of each set, 0 to n. */
  readonly malicious: number
  readonly kind: LabMalice
  /** The trader's watch (PROTOCOL 6): false sends each offer once, as in the paper. */
  readonly watch: boolean
  /** Crossing pairs, each in a service of its own. */
  readonly pairs: number
  /** 0 to 2^32 − 1. */
  readonly seed: number
}

export interface LabPeer {
  readonly nodeId: string
  /** On the circle of 2^128, from 0 to 1. */
  readonly place: number
  readonly state: 'waiting' | 'joining' | 'joined'
}

/** The pair that the picture follows. Peers by their index. */
export interface LabPair {
  /** Counted from 1. */
  readonly number: number
  /** Of its service, on the circle of 2^128, from 0 to 1. */
  readonly place: number
  readonly brokers: readonly number[]
  readonly liars: readonly number[]
  readonly buyer: number
  readonly seller: number
  readonly result: 'open' | 'found' | 'not found'
}

export interface LabState {
  readonly phase: 'joining' | 'trading' | 'over'
  /** Why it ended before its time; empty when it did not. */
  readonly problem: LabProblem | ''
  readonly virtualMs: number
  readonly events: number
  readonly joined: number
  readonly pairsDone: number
  readonly pairsFound: number
  /** The paper's closed form for this n, f and number of misbehaving brokers, from 0 to 1: it holds for silent ones and offers sent once. */
  readonly expected: number
  /** The 95 % interval of the share found; null before the first pair is done. */
  readonly interval: { readonly low: number; readonly high: number } | null
  /** From the offers to the whole receipt, in slots; null when no pair was found. */
  readonly meanSlots: number | null
  /** How often a misbehaving broker really hid or changed something so far. */
  readonly acts: number
  readonly traceHash: string
  readonly peers: readonly LabPeer[]
  /** Each direct link once, by the indices of its peers. */
  readonly links: readonly (readonly [number, number])[]
  readonly pair: LabPair | null
}

/** What the Worker says, a few times a second and at the end. */
export interface LabReport {
  readonly state: LabState
  /** Events a second of real time, lately. */
  readonly eventsPerSecond: number
}

export interface LabListener {
  report(report: LabReport): void
  /** The experiment ended by a defect; `message` says which, and is empty when the simulator could not be started. */
  failed(message: string): void
}

export interface LabApi {
  /** Starts an experiment; nothing is reported after `cancel`. */
  start(settings: LabSettings, listener: LabListener): { cancel(): void }
}
