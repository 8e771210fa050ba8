import { assert } from './assert.ts'

interface Entry<V> {
  readonly value: V
  readonly expiresMs: number
}

/**
 * A map with a bound. At the bound it forgets the entry that was set longest ago, whatever its time: what must not be forgotten
 * is not for this map. An entry may also have a time, from which on {@link expire} forgets it; nothing is forgotten by itself.
 */
export class BoundedMap<K, V> {
  readonly #capacity: number
  /** In the order set, oldest first. */
  readonly #entries = new Map<K, Entry<V>>()

  /** `capacity`: the most entries, at least 1. */
  constructor({ capacity }: { readonly capacity: number }) {
    assert(Number.isInteger(capacity) && capacity >= 1, 'a bounded map has room for at least one entry')
    this.#capacity = capacity
  }

  get size(): number {
    return this.#entries.size
  }

  has(key: K): boolean {
    return this.#entries.has(key)
  }

  get(key: K): V | undefined {
    return this.#entries.get(key)?.value
  }

  /** Sets a value, which makes the entry the newest. `expiresMs`: on any clock, as long as it is that of `expire`. Returns the value of another key that had to go. */
  set(key: K, value: V, expiresMs: number = Number.POSITIVE_INFINITY): V | undefined {
    this.#entries.delete(key)
    this.#entries.set(key, { value, expiresMs })
    if (this.#entries.size <= this.#capacity) return undefined
    const [oldest, evicted] = this.#entries.entries().next().value as [K, Entry<V>]
    this.#entries.delete(oldest)
    return evicted.value
  }

  /** False when there was no such entry. */
  delete(key: K): boolean {
    return this.#entries.delete(key)
  }

  clear(): void {
    this.#entries.clear()
  }

  /** Forgets every entry whose time is `nowMs` or before. */
  expire(nowMs: number): void {
    for (const [key, { expiresMs }] of this.#entries) if (expiresMs <= nowMs) this.#entries.delete(key)
  }

  /** Keys in the order set, oldest first. */
  keys(): K[] {
    return [...this.#entries.keys()]
  }

  /** Values in the order set, oldest first. */
  values(): V[] {
    return [...this.#entries.values()].map(({ value }) => value)
  }
}
