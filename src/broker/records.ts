/**
 * What a broker keeps on disk, in the store `tables`: one record for each service, each remembered peer of a service, each receipt and each proof
 * of equivocation. Keys follow from the contents, so a record under a wrong key is damaged.
 */
import { type Id, idSchema, type NodeId, type SignedPart, timeSchema } from '../base/identity.ts'
import { bool, choice, decode, encode, integer, nullable, record, type Schema, u16, u53, union, type ValueOf } from '../base/schema.ts'
import { receiptSchema } from '../market/receipt.ts'
import { serviceIdOf, serviceSchema } from '../market/service.ts'
import { equivocationSchema, memorySchema } from '../wire/market-messages.ts'
import { handoffSignatures, type Newest } from '../wire/messages.ts'
import type { StoredRecord, Write } from '../wire/records.ts'

const slotSchema = integer(0, 2 ** 50)

/** A broker's last decision of a service: the odd slot, and the first 128 bits of a hash over what it decided. */
export const decisionSchema = record({ slot: slotSchema, digest: idSchema })
export type Decision = ValueOf<typeof decisionSchema>

/** Did this broker see the whole receipt by the deadline? `open`: it has not said so yet. */
export type Verdict = 'open' | 'seen' | 'unseen'

function tableSchema(network: string) {
  const service = record({
    parameters: serviceSchema,
    /** The slot in which this broker took the service on: of what was due before it cannot speak. */
    since: slotSchema,
    decision: nullable(decisionSchema),
  })
  const memory = record({
    memory: memorySchema(network),
    /** The broker had the offer from its peer, which it must notify. */
    direct: bool,
    /** Rank of arrival: of equal prices the first comes first, after a reload too. */
    order: u53,
  })
  const receipt = record({ receipt: receiptSchema(network), verdict: choice('open', 'seen', 'unseen'), members: u16 })
  const proof = record({ proof: equivocationSchema(network), until: timeSchema })
  return union<{
    service: ValueOf<typeof service>
    memory: ValueOf<typeof memory>
    receipt: ValueOf<typeof receipt>
    proof: ValueOf<typeof proof>
  }>({ service: [0, service], memory: [1, memory], receipt: [2, receipt], proof: [3, proof] })
}

/** A record of a broker's table. */
export type TableRecord = ValueOf<ReturnType<typeof tableSchema>>
export type TableRecordOf<T extends TableRecord['type']> = Extract<TableRecord, { type: T }>

/** The service of a peer's newest word, its peer, number and id. */
export function newestOf(newest: Newest): { service: Id; peer: NodeId; seq: number; id: Id; validUntil: number } {
  return newest.type === 'offer' ? newest.offer : newest.withdrawal
}

/** The last schema made: it is large, and all peers of a process are mostly of one network. */
let latest: { readonly network: string; readonly schema: Schema<TableRecord> } | null = null

/** Writes and reads the records of one network. */
export class TableRecords {
  readonly #network: string
  readonly #schema: Schema<TableRecord>

  constructor(network: string) {
    this.#network = network
    if (latest?.network !== network) latest = { network, schema: tableSchema(network) }
    this.#schema = latest.schema
  }

  put(value: TableRecord): Write {
    return { store: 'tables', key: this.keyOf(value), value: encode(this.#schema, value) }
  }

  remove(value: TableRecord): Write {
    return { store: 'tables', key: this.keyOf(value), value: null }
  }

  /** Null for bytes that are no record, or another one than their key says. */
  read(stored: StoredRecord): TableRecord | null {
    const decoded = decode(this.#schema, stored.value)
    return decoded.ok && this.keyOf(decoded.value) === stored.key ? decoded.value : null
  }

  serviceOf(value: TableRecord): Id {
    switch (value.type) {
      case 'service':
        return serviceIdOf(this.#network, value.parameters)
      case 'memory':
        return newestOf(value.memory.newest).service
      case 'receipt':
        return value.receipt.service
      case 'proof':
        return value.proof.first.service
    }
  }

  keyOf(value: TableRecord): string {
    const service = this.serviceOf(value)
    if (value.type === 'service') return this.serviceKey(service)
    if (value.type === 'memory') return this.memoryKey(service, newestOf(value.memory.newest).peer)
    return value.type === 'receipt' ? `receipt/${service}/${value.receipt.id}` : `proof/${service}/${value.proof.first.peer}`
  }

  serviceKey(service: Id): string {
    return `service/${service}`
  }

  /** Of a peer's memory in a service. */
  memoryKey(service: Id, peer: NodeId): string {
    return `memory/${service}/${peer}`
  }
}

/** The signatures that must hold before a stored record may be restored: the disk is not trusted. Null: the record is damaged. */
export function tableRecordSignatures(network: string, stored: StoredRecord): SignedPart[] | null {
  const value = new TableRecords(network).read(stored)
  if (value === null) return null
  return handoffSignatures(network, {
    memories: value.type === 'memory' ? [value.memory] : [],
    receipts: value.type === 'receipt' ? [value.receipt] : [],
    equivocations: value.type === 'proof' ? [value.proof] : [],
  })
}
