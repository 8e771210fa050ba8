/** What a peer wants done. Effects are carried out in order; none of them answers within the same step. */
import type { NodeId } from '../base/identity.ts'
import type { LinkPurpose, Signal } from '../ring/messages.ts'
import type { Failure } from '../trader/command.ts'
import type { Message } from '../wire/messages.ts'
import type { Write } from '../wire/records.ts'
import type { View } from './view.ts'

export type Effect =
  | { readonly type: 'send'; readonly to: NodeId; readonly message: Message }
  | { readonly type: 'connect'; readonly peer: NodeId; readonly purpose: LinkPurpose }
  /** No linkDown follows. */
  | { readonly type: 'disconnect'; readonly peer: NodeId; readonly reason: string }
  /** A signal from another peer, for the link adapter. */
  | { readonly type: 'signal'; readonly signal: Signal }
  | { readonly type: 'refuse'; readonly signal: Signal; readonly reason: string }
  | { readonly type: 'rendezvous'; readonly mode: 'seek' | 'serve' | 'probe' | 'off'; readonly cached: readonly NodeId[] }
  /** Exactly one transaction, answered by `stored`. */
  | { readonly type: 'store'; readonly transaction: number; readonly writes: readonly Write[] }
  /** Answered by `signed`. */
  | { readonly type: 'sign'; readonly request: number; readonly bytes: Uint8Array }
  | { readonly type: 'publish'; readonly view: View }
  /** A command's end: exactly one each. */
  | {
      readonly type: 'result'
      readonly request: number
      readonly outcome: { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly failure: Failure }
    }
