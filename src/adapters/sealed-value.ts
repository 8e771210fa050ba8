/** How a value lies on the disk: four bytes of CRC-32 over store, key and value, then the value. A record moved or cut is noticed. */
import { utf8 } from '../base/bytes.ts'
import type { StoreName } from '../wire/records.ts'
import { crc32 } from './crc32.ts'

const CRC_BYTES = 4

export interface Place {
  readonly store: StoreName
  readonly key: string
}

export function seal(place: Place, value: Uint8Array): Uint8Array {
  const sealed = new Uint8Array(CRC_BYTES + value.length)
  new DataView(sealed.buffer).setUint32(0, checksum(place, value))
  sealed.set(value, CRC_BYTES)
  return sealed
}

/** The value, or null for what {@link seal} did not make for this place. */
export function unseal(place: Place, stored: unknown): Uint8Array | null {
  if (!(stored instanceof Uint8Array) || stored.length < CRC_BYTES) return null
  const value = stored.slice(CRC_BYTES)
  const expected = new DataView(stored.buffer, stored.byteOffset).getUint32(0)
  return checksum(place, value) === expected ? value : null
}

function checksum({ store, key }: Place, value: Uint8Array): number {
  return crc32(utf8(`${store}/${key}\n`), value)
}
