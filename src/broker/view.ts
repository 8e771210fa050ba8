import type { Id } from '../base/identity.ts'

/** A service that this peer brokers, as the network panel shows it. */
export interface BrokeredView {
  readonly serviceId: Id
  readonly name: string
  readonly buys: number
  readonly sells: number
  readonly members: number
}
