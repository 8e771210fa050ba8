import { domainId, type Id } from '../base/identity.ts'
import { choice, encode, hex, integer, list, nullable, record, type Schema, text } from '../base/schema.ts'

/** A service's fixed parameters (PROTOCOL 2); the price and the quantity vary. */
export interface Service {
  /** 1 to 100 characters, no control characters, no spaces around. */
  readonly name: string
  readonly kind: 'general' | 'file'
  /** What one unit of quantity is ("GB", "hour"), 1 to 30 characters. */
  readonly unit: string
  /** Currency label, 1 to 12 characters. */
  readonly currency: string
  /** Decimal places of the currency: a price of 150 with 2 decimals reads 1.50. 0 to 8. */
  readonly decimals: number
  /** At most 8, each 1 to 30 characters, different and sorted. */
  readonly tags: readonly string[]
  /** For kind `file` only: size in bytes, and SHA-256 in hex; null otherwise. */
  readonly file: { readonly size: number; readonly sha256: string } | null
}

export const serviceSchema: Schema<Service> = record({
  name: text(400),
  kind: choice('general', 'file'),
  unit: text(120),
  currency: text(48),
  decimals: integer(0, 8),
  tags: list(text(120), 8),
  file: nullable(record({ size: integer(0, Number.MAX_SAFE_INTEGER), sha256: hex(32) })),
})

/** serviceId: the first 128 bits of SHA-256("peermart/service" ‖ network ‖ canonical bytes of the parameters). */
export function serviceIdOf(network: string, service: Service): Id {
  return domainId('peermart/service', network, encode(serviceSchema, service))
}
