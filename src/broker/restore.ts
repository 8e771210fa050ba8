import type { Id } from '../base/identity.ts'
import type { StoredRecord } from '../wire/records.ts'
import { Auction } from './auction.ts'
import type { Host } from './host.ts'
import type { TableRecord, TableRecordOf } from './records.ts'

/** What a reload found on disk. `order`: the highest rank of arrival in it. */
interface Restored {
  readonly auctions: Auction[]
  readonly damaged: number
  readonly order: number
}

/** Tables from their records. What is damaged, expired or too much is deleted from the disk, through the journal. */
export function restoreAuctions(host: Host, stored: readonly StoredRecord[], maxTables: number): Restored {
  const remove = (key: string): void => host.journal.write({ store: 'tables', key, value: null })
  const records: TableRecord[] = []
  let damaged = 0
  for (const record of stored) {
    const value = host.records.read(record)
    if (value !== null) records.push(value)
    else {
      damaged += 1
      remove(record.key)
    }
  }
  const auctions = new Map<Id, Auction>()
  for (const service of ofType(records, 'service')) {
    const id = host.records.serviceOf(service)
    if (auctions.size < maxTables) auctions.set(id, openAgain(host, id, service))
  }
  for (const record of inOrder(records)) {
    const auction = auctions.get(host.records.serviceOf(record))
    const taken = auction !== undefined && take(auction, record)
    if (!taken) remove(host.records.keyOf(record))
    // Its service's record is lost: nothing else tells what this was about.
    if (auction === undefined && auctions.size < maxTables) damaged += 1
  }
  const order = ofType(records, 'memory').reduce((most, memory) => Math.max(most, memory.order), 0)
  return { auctions: [...auctions.values()], damaged, order }
}

function ofType<T extends TableRecord['type']>(records: readonly TableRecord[], type: T): TableRecordOf<T>[] {
  return records.filter((record): record is TableRecordOf<T> => record.type === type)
}

/** Memories in order of arrival, as of equal prices the first comes first; then the rest. */
function inOrder(records: readonly TableRecord[]): TableRecord[] {
  const memories = ofType(records, 'memory').sort((left, right) => left.order - right.order)
  return [...ofType(records, 'service'), ...memories, ...ofType(records, 'receipt'), ...ofType(records, 'proof')]
}

function openAgain(host: Host, service: Id, { parameters, since, decision }: TableRecordOf<'service'>): Auction {
  const auction = new Auction(host, { service, parameters, since })
  auction.book.restoreKept(decision)
  return auction
}

function take(auction: Auction, record: TableRecord): boolean {
  switch (record.type) {
    case 'service':
      return true
    case 'memory':
      return auction.book.restoreMemory(record)
    case 'receipt':
      return auction.receipts.restore(record)
    case 'proof':
      return auction.book.equivocators.restore(record)
  }
}
