/** What the core keeps on disk: values under string keys in a few stores, written by transactions (DESIGN: exactly one IndexedDB transaction each). */

/** tables: what a broker keeps · own: own services, offers, sequence numbers · receipts: own receipts · peers: the peer cache. */
export type StoreName = 'tables' | 'own' | 'receipts' | 'peers'

/** One change; `value` null removes the key. */
export interface Write {
  readonly store: StoreName
  readonly key: string
  readonly value: Uint8Array | null
}

/** A record as it was read from the disk. Its bytes may be damaged: decode, never trust. */
export interface StoredRecord {
  readonly store: StoreName
  readonly key: string
  readonly value: Uint8Array
}
