/** What a rendezvous is made of: a way to meet, over a PeerServer or between the tabs of this browser. */
import type { NodeId } from '../../base/identity.ts'
import type { Channel } from '../../peer/world.ts'

/** How one search ended; its contacts were told as channels. */
export interface Found {
  /** The means itself works: the server answered, the browser has BroadcastChannels. */
  readonly reachable: boolean
  /** What hindered it, for a person; empty when nothing did, also when nobody is there. */
  readonly reason: string
}

export interface Search {
  /** How many contacts are enough; 0 looks for a slot only. */
  readonly want: number
  /** Peers met before, to be tried first. */
  readonly cached: readonly NodeId[]
  /** True for the first search of a peer that is in no ring yet: of two such, one founds the ring and the other joins. */
  readonly founding: boolean
}

export interface Way {
  /** A well-known id is held. */
  readonly held: boolean
  /** Looks for others; `found` is called at most once, never within the call; not after `hide`, `close` or a newer search. */
  search(search: Search, found: (result: Found) => void): void
  /** Enough contacts were found elsewhere: the search may end. */
  satisfy(): void
  /** From now on others may find this peer. */
  serve(): void
  /** They may not any more. Channels that are open stay. */
  hide(): void
  close(): void
}

/** Tells of a channel. Never called within a call to the way. */
export type OnChannel = (channel: Channel, initiator: boolean) => void

/** Tells how a PeerServer answers; open: it did when it was last asked. */
export type OnServer = (state: 'connecting' | 'open' | 'failed', detail: string) => void

/** 128 bits that nobody can guess, in hex. */
export function randomToken(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
