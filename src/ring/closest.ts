/** Who is responsible for a place on the ring (PROTOCOL 3). */
import type { Id } from '../base/identity.ts'

/** The way along the circle of 2^128 from one place to another, in the direction of growing ids. */
function clockwiseDistance(from: Id, to: Id): bigint {
  return BigInt.asUintN(128, BigInt(`0x${to}`) - BigInt(`0x${from}`))
}

/** Whether `left` is met before `right` on the way clockwise from `target`, which is met first itself. */
function earlierClockwise(left: Id, right: Id, target: Id): boolean {
  return left < target === right < target ? left < right : right < target
}

/** Whether `left` is met before `right` on the way against the clock from `target`, which is met first itself. */
function earlierCounter(left: Id, right: Id, target: Id): boolean {
  return left > target === right > target ? left > right : right > target
}

/** The first `n` different ids met from `target`, in that order. Most ids cost one comparison, as there are far more of them than `n`. */
function firstMet(ids: readonly Id[], { target, n, earlier }: { target: Id; n: number; earlier: typeof earlierClockwise }): Id[] {
  const met: Id[] = []
  for (const id of ids) {
    let place = met.length
    while (place > 0 && earlier(id, met[place - 1] as Id, target)) place -= 1
    if (place === n || met[place - 1] === id) continue
    met.splice(place, 0, id)
    if (met.length > n) met.pop()
  }
  return met
}

/**
 * The `n` ids nearest to `target` on the circle of 2^128, nearest first; all when there are fewer. Of two at the same distance the
 * clockwise one comes first. Ids are 32 lower-case hex digits; an id given twice counts once.
 *
 * They are among the first n met in either direction, which comparing texts finds; distances are computed for these alone.
 */
export function closest(ids: readonly Id[], target: Id, n: number): Id[] {
  const clockwise = firstMet(ids, { target, n, earlier: earlierClockwise })
  const counter = firstMet(ids, { target, n, earlier: earlierCounter })
  const nearest = new Set<Id>()
  let ahead = 0
  let behind = 0
  while (nearest.size < n) {
    const next = clockwise[ahead]
    const previous = counter[behind]
    if (next === undefined || previous === undefined) break
    if (clockwiseDistance(target, next) <= clockwiseDistance(previous, target)) {
      nearest.add(next)
      ahead += 1
    } else {
      nearest.add(previous)
      behind += 1
    }
  }
  return [...nearest]
}
