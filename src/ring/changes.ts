/** What the neighbours and the peer were told last, so that they hear of changes and of nothing else. */
import { isSame, type NodeId } from '../base/identity.ts'
import type { RingState } from './membership.ts'
import type { Lists } from './neighbours.ts'

/** What the peer sees of its ring. */
export interface Shown {
  readonly state: RingState
  readonly direct: readonly NodeId[]
  readonly lists: Lists
}

export class Changes {
  #told: readonly NodeId[] = []
  #shown: Shown | null = null

  /** Takes over the linked neighbours; true when these are others. Links beyond them come and go with trades, and can wait for the next stabilization. */
  tell(near: readonly NodeId[]): boolean {
    const isNews = !isSame(near, this.#told)
    this.#told = near
    return isNews
  }

  /** Takes over what the peer is shown; true when it is something else. */
  show(shown: Shown): boolean {
    const before = this.#shown
    this.#shown = shown
    return !(
      before !== null &&
      shown.state === before.state &&
      isSame(shown.direct, before.direct) &&
      isSameLists(shown.lists, before.lists)
    )
  }
}

function isSameLists(left: Lists, right: Lists): boolean {
  return left === right || (isSame(left.predecessors, right.predecessors) && isSame(left.successors, right.successors))
}
