/**
 * The circle of 2^128 ids (Chord section IV.A). Ids are 32 lower-case hex digits, so comparing strings compares numbers;
 * BigInt is used only where a distance itself is needed.
 */
import type { Id } from '../base/identity.ts'

/** Bits of an id; as many finger slots could be used. */
export const ID_BITS = 128
const CIRCLE = 1n << 128n

/** Whether `id` lies strictly inside the arc that goes clockwise from `from` to `to`. With from = to the arc is the whole circle but that point. */
export function isBetween(from: Id, id: Id, to: Id): boolean {
  return from < to ? from < id && id < to : id > from || id < to
}

/** Whether `id` lies in the arc (from, to]: Chord's test for "successor of". With from = to everything does. */
export function isBetweenOrAt(from: Id, id: Id, to: Id): boolean {
  return id === to || isBetween(from, id, to)
}

/** Steps clockwise from `from` to `to`, 0 to 2^128 − 1. */
export function clockwiseDistance(from: Id, to: Id): bigint {
  const steps = BigInt(`0x${to}`) - BigInt(`0x${from}`)
  return steps < 0n ? steps + CIRCLE : steps
}

/** The id 2^exponent steps clockwise of `id`; exponent 0 to 127. The start of a finger's interval (Chord table I). */
export function fingerStart(id: Id, exponent: number): Id {
  const sum = (BigInt(`0x${id}`) + (1n << BigInt(exponent))) % CIRCLE
  return sum.toString(16).padStart(32, '0')
}

/** The ids, each once and without `self`, in clockwise order beginning behind `self`. */
export function sortClockwise(self: Id, ids: Iterable<Id>): Id[] {
  const others = new Set(ids)
  others.delete(self)
  return clockwiseFrom(self, [...others].sort(byId))
}

/** Sorted ids, without `self`, in clockwise order beginning behind `self`. */
export function clockwiseFrom(self: Id, sorted: readonly Id[]): Id[] {
  const split = sorted.findIndex((id) => id > self)
  return split <= 0 ? [...sorted] : [...sorted.slice(split), ...sorted.slice(0, split)]
}

/** For sorting different ids. */
export function byId(left: Id, right: Id): number {
  return left < right ? -1 : 1
}

/** Of ids in clockwise order from `self`, those strictly between `self` and `target`, the closest to `target` first: Chord's closest preceding nodes. */
export function closestPreceding(self: Id, clockwise: readonly Id[], target: Id): Id[] {
  return clockwise.filter((id) => isBetween(self, id, target)).reverse()
}
