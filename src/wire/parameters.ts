import { sha256, toHex, utf8 } from '../base/bytes.ts'

/** The largest broker set. */
export const MAX_BROKERS = 32

/** What every peer of a network must agree on (PROTOCOL 11). Peers with other values are another network. */
export interface Parameters {
  /** The network's name, 1 to 64 characters. */
  readonly network: string
  /** Broker-set size, 1 to MAX_BROKERS. */
  readonly n: number
  /** Brokers an offer goes to, 1 to n. */
  readonly f: number
  /** Rows of an order table, even, 2 to 2,048. */
  readonly m: number
  /** Longest validity of an offer in ms. */
  readonly t: number
  /** A slot's length in ms, the longest expected round trip. */
  readonly slot: number
  /** Services a peer trades at once. */
  readonly s: number
  /** Leading zero bits of the puzzle, 0 to 32. */
  readonly p: number
  /** Learning rate of the bidder, above 0 to 1. */
  readonly a: number
}

/**
 * The `network` in every hash and signature (PROTOCOL 1): the name, `#`, and 64 bits of SHA-256 over all parameters in hex.
 * Two networks of one name and different parameters thus refuse each other.
 */
export function networkId(parameters: Parameters): string {
  const { network, n, f, m, t, slot, s, p, a } = parameters
  const text = ['peermart/network', network, n, f, m, t, slot, s, p, a].join('\n')
  return `${network}#${toHex(sha256(utf8(text))).slice(0, 16)}`
}
