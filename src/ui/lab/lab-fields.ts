/** The lab's form: what is typed, its checks, and what it comes to. */
import { lab, labForm } from '../text/en/lab.ts'
import { decimalSign } from '../text/language.ts'
import type { LabMalice, LabSettings, LabState } from './lab-api.ts'

export interface LabFields {
  /** Typed texts. */
  readonly peers: string
  readonly pairs: string
  readonly seed: string
  /** From sliders, so always in their bounds. */
  readonly n: number
  readonly f: number
  readonly malicious: number
  readonly kind: LabMalice
  readonly watch: boolean
}

export type LabErrors = Partial<Record<'peers' | 'pairs' | 'seed', string>>

export const LEAST_N = 4
export const MOST_N = 16
export const MOST_PEERS = 300
export const MOST_PAIRS = 1_000
const MOST_SEED = 2 ** 32 - 1
/** The two traders of a pair and a friend of its liars stand outside its set. */
const OTHERS = 3

/** Figure 4's n and f with three quarters silent: where sending once and watching differ most. */
export const FIRST_FIELDS: LabFields = {
  peers: '40',
  pairs: '40',
  seed: '1',
  n: 16,
  f: 4,
  malicious: 12,
  kind: 'silent',
  watch: false,
}

/** Fewer brokers take the sliders that are counted in them along. */
export function changed(fields: LabFields, part: Partial<LabFields>): LabFields {
  const next = { ...fields, ...part }
  // The share of misbehaving brokers stays what it was, as near as it can.
  const malicious = part.n === undefined ? next.malicious : Math.round((fields.malicious / fields.n) * next.n)
  return { ...next, f: Math.min(next.f, next.n), malicious: Math.min(malicious, next.n) }
}

export function errorsOf({ peers, pairs, seed, n }: LabFields): LabErrors {
  const { wrongPeers, wrongNumber } = labForm.t
  const least = n + OTHERS
  const errors: LabErrors = {
    ...(isWithin(peers, least, MOST_PEERS) ? {} : { peers: wrongPeers(least, MOST_PEERS) }),
    ...(isWithin(pairs, 1, MOST_PAIRS) ? {} : { pairs: wrongNumber(1, MOST_PAIRS) }),
    ...(isWithin(seed, 0, MOST_SEED) ? {} : { seed: wrongNumber(0, MOST_SEED) }),
  }
  return errors
}

function isWithin(text: string, least: number, most: number): boolean {
  return /^\d{1,10}$/.test(text.trim()) && Number(text) >= least && Number(text) <= most
}

/** Of fields without errors. */
export function settingsOf({ peers, pairs, seed, ...rest }: LabFields): LabSettings {
  return { ...rest, peers: Number(peers), pairs: Number(pairs), seed: Number(seed) }
}

/** True when brokers misbehaved in name only: the experiment gave them no occasion, and its result says nothing about their kind. */
export function isIdle({ malicious }: LabSettings, { acts }: LabState): boolean {
  return malicious > 0 && acts === 0
}

/** How the traders of an experiment act. */
export function modeWords(watch: boolean): string {
  return watch ? lab.t.modes.watch : lab.t.modes.once
}

/** A share in percent, with one decimal where it needs one. */
export function formatShare(share: number): string {
  const percent = Math.round(share * 1_000) / 10
  return `${String(percent).replace('.', decimalSign())}\u202f%`
}
