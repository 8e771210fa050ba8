/** "Is it me or them?": what the figures of this tab mean, worst first. Pure: the same figures give the same findings. */
import type { View } from '../../peer/view.ts'
import type { Diagnosis } from '../api.ts'

export type FindingId =
  | 'offline'
  | 'stopped'
  | 'noServer'
  | 'someServers'
  | 'unreached'
  | 'relayFails'
  | 'noCandidates'
  | 'onlyHost'
  | 'linksFail'
  | 'clock'
  | 'slow'
  | 'slept'
  | 'alone'
  | 'starting'
  | 'well'

export interface Finding {
  readonly id: FindingId
  readonly level: 'good' | 'note' | 'warning' | 'bad'
  /** Where it lies: with this device, between this device and others, with others. */
  readonly where: 'here' | 'between' | 'there' | 'nowhere'
  readonly values: FindingValues
}

/** What a finding's sentences name. */
export interface FindingValues {
  readonly count: number
  readonly total: number
  readonly ms: number
  /** Names of servers, or what the peer says of its search. */
  readonly detail: string
}

export interface Circumstances {
  readonly diagnosis: Diagnosis
  /** null before the peer exists. */
  readonly view: Pick<View, 'state' | 'notice' | 'peers' | 'links' | 'clockOff' | 'clockOffsetMs'> | null
  readonly relayOnly: boolean
  /** The longest expected round trip in ms. */
  readonly slotMs: number
  /** How long the tab did not run, when that was a moment ago; else 0. */
  readonly sleptMs: number
}

/** At least one. */
export function diagnose(given: Circumstances): Finding[] {
  const { diagnosis, view } = given
  if (!diagnosis.online) return [finding('offline', 'bad')]
  if (view?.state === 'stopped') return [finding('stopped', 'bad', { detail: view.notice })]
  const found = [...serverFindings(given), ...linkFindings(given), ...timeFindings(given), ...companyFindings(given)]
  const order = ['bad', 'warning', 'note', 'good']
  return found.length > 0 ? found.sort((left, right) => order.indexOf(left.level) - order.indexOf(right.level)) : [allWell(given)]
}

const places: Readonly<Record<FindingId, Finding['where']>> = {
  offline: 'here',
  stopped: 'here',
  noServer: 'between',
  someServers: 'between',
  unreached: 'between',
  relayFails: 'here',
  noCandidates: 'here',
  onlyHost: 'between',
  linksFail: 'between',
  clock: 'here',
  slow: 'between',
  slept: 'here',
  alone: 'there',
  starting: 'nowhere',
  well: 'nowhere',
}

function finding(id: FindingId, level: Finding['level'], values: Partial<FindingValues> = {}): Finding {
  return { id, level, where: places[id], values: { count: 0, total: 0, ms: 0, detail: '', ...values } }
}

function directLinks(view: Circumstances['view']): View['links'] {
  return view?.links.filter(({ transport }) => transport === 'direct') ?? []
}

/** A ring that stands needs no server: only newcomers do. */
function serverFindings({ diagnosis, view }: Circumstances): Finding[] {
  const failed = diagnosis.servers.filter(({ state }) => state === 'failed')
  if (failed.length === 0) return []
  const values = { count: failed.length, total: diagnosis.servers.length, detail: failed.map(({ address }) => address).join(', ') }
  if (failed.length < diagnosis.servers.length) return [finding('someServers', 'note', values)]
  return [finding('noServer', directLinks(view).length > 0 ? 'warning' : 'bad', values)]
}

function linkFindings({ diagnosis, view, relayOnly }: Circumstances): Finding[] {
  const { attempts, candidates } = diagnosis
  const isServed = diagnosis.servers.some(({ state }) => state === 'open')
  const unreached = view?.state === 'seeking' && view.notice !== '' && isServed
  const first = unreached ? [finding('unreached', 'warning', { detail: view.notice })] : []
  const values = { count: attempts.failed, total: attempts.begun }
  if (attempts.failed === 0 || attempts.opened > 0 || directLinks(view).length > 0) return first
  if (relayOnly && candidates.relay === 0) return [...first, finding('relayFails', 'bad', values)]
  if (candidates.host + candidates.srflx + candidates.relay === 0) return [...first, finding('noCandidates', 'bad', values)]
  if (candidates.srflx + candidates.relay === 0) return [...first, finding('onlyHost', 'bad', values)]
  return [...first, finding('linksFail', 'bad', values)]
}

function timeFindings({ view, slotMs, sleptMs }: Circumstances): Finding[] {
  const found: Finding[] = []
  if (view?.clockOff) found.push(finding('clock', 'warning', { ms: view.clockOffsetMs }))
  const roundTripMs = median(directLinks(view).flatMap((link) => link.roundTripMs ?? []))
  if (roundTripMs > slotMs) found.push(finding('slow', 'warning', { ms: roundTripMs }))
  if (sleptMs > 0) found.push(finding('slept', 'note', { ms: sleptMs }))
  return found
}

function companyFindings({ diagnosis, view }: Circumstances): Finding[] {
  const isServed = diagnosis.servers.length === 0 || diagnosis.servers.some(({ state }) => state === 'open')
  return view?.state === 'joined' && view.peers === 0 && isServed ? [finding('alone', 'note')] : []
}

function allWell({ view }: Circumstances): Finding {
  if (view?.state !== 'joined') return finding('starting', 'note')
  return finding('well', 'good', { count: directLinks(view).length, total: view.peers })
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0
}
