/** What decides a run, all of it: with the same commit the same settings give the same run. */
import type { Rng } from '../../base/rng.ts'
import type { Parameters } from '../../wire/parameters.ts'
import { FAULT_KINDS, type FaultKind } from '../faults/kinds.ts'
import { BROKER_MALICE, MALICE_KINDS, type MaliceKind, ROUTER_MALICE, TRADER_MALICE } from '../malice/kinds.ts'
import { seededRng } from '../seeded-rng.ts'
import { DEFAULT_PARAMETERS } from './parameters.ts'

export interface RunSettings {
  /** 0 to 2^32 − 1. */
  readonly seed: number
  /** 2 to 10,000. */
  readonly peers: number
  /** Virtual minutes, above 0. */
  readonly minutes: number
  /** `none`, `swarm` (the seed chooses), or kinds of faults and misbehaviour with commas between. */
  readonly faults: string
  readonly realCrypto: boolean
}

/** What the settings come to. */
export interface Plan {
  readonly parameters: Parameters
  readonly faults: readonly FaultKind[]
  readonly malice: readonly MaliceKind[]
  /** Peers that misbehave, of all, 0 to 1. */
  readonly maliciousShare: number
  readonly services: number
}

/** Drawn after all else: a seed keeps the rest of its plan. */
const DRAWN_LAST: readonly FaultKind[] = ['write-lost']

/** Of each kind of trouble so many runs of a swarm have it: all at once would only show that nothing works then. */
const FAULT_SHARE = 0.2
const MALICE_SHARE = 0.5
/** Fewer than a third, so that all that PROTOCOL 7 promises must hold, by the numbers of a whole ring. */
const MOST_MALICIOUS = 0.3

/** Without a swarm: so many services, and more with the ring, so that brokers have as much to do in a large one as in a small one. */
const FEW_SERVICES = 3
const PEERS_A_SERVICE = 16

/** The plan of these settings; a text for a person when `faults` names something unknown. */
export function planOf(settings: RunSettings): Plan | string {
  const rng = seededRng(settings.seed, 'plan')
  if (settings.faults === 'swarm') return swarmPlan(rng)
  const names = settings.faults === 'none' ? [] : settings.faults.split(',')
  const unknown = names.filter((name) => !isFault(name) && !isMalice(name))
  if (unknown.length > 0) {
    return `Unknown trouble: ${unknown.join(', ')}. Give none, swarm, or some of: ${[...FAULT_KINDS, ...MALICE_KINDS].join(', ')}.`
  }
  const malice = names.filter(isMalice)
  const maliciousShare = malice.length > 0 ? 0.2 : 0
  return {
    parameters: DEFAULT_PARAMETERS,
    faults: names.filter(isFault),
    malice,
    maliciousShare,
    services: Math.max(FEW_SERVICES, Math.ceil(settings.peers / PEERS_A_SERVICE)),
  }
}

function isFault(name: string): name is FaultKind {
  return (FAULT_KINDS as readonly string[]).includes(name)
}

function isMalice(name: string): name is MaliceKind {
  return (MALICE_KINDS as readonly string[]).includes(name)
}

function swarmPlan(rng: Rng): Plan {
  const some = <T>(kinds: readonly T[], share: number): T[] => kinds.filter(() => rng.float() < share)
  const faults = some(
    FAULT_KINDS.filter((kind) => !DRAWN_LAST.includes(kind)),
    FAULT_SHARE,
  )
  const malice = rng.float() < MALICE_SHARE ? some([...BROKER_MALICE, ...TRADER_MALICE, ...ROUTER_MALICE], FAULT_SHARE) : []
  const n = pick(rng, [1, 2, 3, 4, 5, 8, 8, 8, 12, 16])
  const parameters: Parameters = {
    ...DEFAULT_PARAMETERS,
    n,
    f: 1 + rng.below(n),
    m: pick(rng, [2, 4, 16, 64]),
    slot: pick(rng, [200, 500, 1_000]),
    t: pick(rng, [20_000, 60_000, 120_000]),
    s: pick(rng, [1, 4, 16]),
  }
  const maliciousShare = malice.length > 0 ? 0.05 + rng.float() * (MOST_MALICIOUS - 0.05) : 0
  const services = 1 + rng.below(5)
  return { parameters, faults: [...faults, ...some(DRAWN_LAST, FAULT_SHARE)], malice, maliciousShare, services }
}

function pick<T>(rng: Rng, values: readonly T[]): T {
  return values[rng.below(values.length)] as T
}
