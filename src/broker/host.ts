import type { NodeId } from '../base/identity.ts'
import { slotEndMs as endMs } from '../market/slot.ts'
import type { BrokerPort } from '../wire/port.ts'
import type { Journal } from './journal.ts'
import type { Misconduct } from './misconduct.ts'
import type { TableRecords } from './records.ts'

/** What the parts of a broker share. */
export interface Host {
  readonly port: BrokerPort
  readonly journal: Journal
  readonly records: TableRecords
  readonly misconduct: Misconduct
  /** Slot of network time, now. */
  slot(): number
  /** True when a peer keeps so many tables from being empty that its word about a further service is not heard. */
  hasTooMany(peer: NodeId): boolean
  /** Rank of the next arrival. */
  nextOrder(): number
}

/** Network time at which a slot is over, in ms since 1970. */
export function slotEndMs(host: Host, slot: number): number {
  return endMs(slot, host.port.parameters.slot)
}
