import type { Id } from '../../base/identity.ts'
import type { Service } from '../../market/service.ts'
import type { Screen } from '../use-screen.ts'
import type { BookState } from './use-book.ts'

/** What the book and the offer form know of the market that is open. */
export interface Market {
  readonly screen: Screen
  readonly serviceId: Id
  readonly service: Service
  /** As it is now, whether or not the ladder is frozen. */
  readonly book: BookState
  readonly slotMs: number
}
