import type { Id, NodeId } from '../base/identity.ts'
import type { Equivocation } from '../wire/messages.ts'
import type { Host } from './host.ts'
import type { TableRecordOf } from './records.ts'

/** Proofs of equivocation a service; at the bound the oldest is forgotten. */
export const MAX_PROOFS = 256

/** True for two different offers of one peer, for one service, under one number: whoever holds the pair can show it to anyone. */
function proves({ first, second }: Equivocation): boolean {
  return first.peer === second.peer && first.seq === second.seq && first.id !== second.id && first.service === second.service
}

/** The peers that signed two offers under one number, with the proofs: their offers are dropped for t (PROTOCOL 6). */
export class Equivocators {
  readonly #host: Host
  readonly #service: Id
  readonly #proofs = new Map<NodeId, { readonly proof: Equivocation; readonly until: number }>()

  constructor(host: Host, service: Id) {
    this.#host = host
    this.#service = service
  }

  get size(): number {
    return this.#proofs.size
  }

  has(peer: NodeId): boolean {
    return (this.#proofs.get(peer)?.until ?? 0) > this.#host.port.networkNowMs()
  }

  /** The proof that is kept against a peer. */
  of(peer: NodeId): Equivocation | undefined {
    return this.#proofs.get(peer)?.proof
  }

  /** All proofs, by peer. */
  all(): Equivocation[] {
    return [...this.#proofs].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, { proof }]) => proof)
  }

  /** Keeps a proof. False when it is none, of another service, or old: one told long after its offers expired would go round for ever. */
  add(pair: Equivocation): boolean {
    const { first, second } = pair
    const { t } = this.#host.port.parameters
    const nowMs = this.#host.port.networkNowMs()
    if (!proves(pair) || first.service !== this.#service) return false
    if (Math.max(first.validUntil, second.validUntil) + t <= nowMs) return false
    const before = this.#proofs.get(first.peer)
    if (before !== undefined) {
      // Whoever tells of it may forget it once this is acknowledged.
      this.#host.journal.secure(this.#host.records.keyOf({ type: 'proof', ...before }))
      return false
    }
    const known = { proof: first.id < second.id ? pair : { first: second, second: first }, until: nowMs + t }
    this.#proofs.set(first.peer, known)
    this.#host.journal.write(this.#host.records.put({ type: 'proof', ...known }))
    for (const oldest of this.#proofs.keys()) {
      if (this.#proofs.size <= MAX_PROOFS) break
      this.#forget(oldest)
    }
    return true
  }

  /** From the disk; false when it is expired or proves nothing. */
  restore({ proof, until }: TableRecordOf<'proof'>): boolean {
    if (until <= this.#host.port.networkNowMs() || !proves(proof)) return false
    this.#proofs.set(proof.first.peer, { proof, until })
    return true
  }

  /** Lets go what has expired by `nowMs`; Infinity: all. */
  expire(nowMs: number): void {
    for (const [peer, { until }] of [...this.#proofs]) {
      if (until <= nowMs) this.#forget(peer)
    }
  }

  #forget(peer: NodeId): void {
    const known = this.#proofs.get(peer)
    if (known === undefined) return
    this.#proofs.delete(peer)
    this.#host.journal.write(this.#host.records.remove({ type: 'proof', ...known }))
  }
}
