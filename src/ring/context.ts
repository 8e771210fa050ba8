import type { NodeId } from '../base/identity.ts'
import type { Timer } from '../base/schedule.ts'
import type { Limits } from './limits.ts'
import type { RingPort } from './port.ts'

/** What the parts of the ring share. */
export interface Context {
  readonly nodeId: NodeId
  readonly limits: Limits
  readonly port: RingPort
  /** Time that passes evenly, for how long ago something was (see Schedule.steadyMs). */
  nowMs(): number
  /** The local clock as it is, ms since 1970, for others to compare with theirs. */
  clockMs(): number
  /** Runs `action` later unless the ring was stopped, then brings links and lists in order. */
  after(delayMs: number, action: () => void): Timer
  /** Something that links, lists or purposes follow from has changed; it is looked at once, when the event was handled. */
  touch(): void
}
