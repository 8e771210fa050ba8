/** How much something holds, for checks that nothing grows without bound (DESIGN: every queue, map and list has a bound). */

/** Entries by name. */
export type Sizes = Readonly<Record<string, number>>

export interface Sized {
  /** Entries of each queue, map and list it keeps, by name; for lists within lists the longest one. Changes nothing. */
  sizes(): Sizes
}

/** The sizes of all parts, each under `part.name`. */
export function sizesOf(parts: Readonly<Record<string, Sized>>): Sizes {
  return Object.fromEntries(
    Object.entries(parts).flatMap(([part, sized]) => Object.entries(sized.sizes()).map(([name, size]) => [`${part}.${name}`, size])),
  )
}

/** Of many things of one kind the largest size under each name; empty when there is none. */
export function largestSizes(many: Iterable<Sized>): Sizes {
  const largest: Record<string, number> = {}
  for (const one of many) for (const [name, size] of Object.entries(one.sizes())) largest[name] = Math.max(size, largest[name] ?? 0)
  return largest
}

/** The longest of these; 0 when there is none. */
export function longest(many: Iterable<{ readonly size: number } | { readonly length: number }>): number {
  let most = 0
  for (const one of many) most = Math.max(most, 'size' in one ? one.size : one.length)
  return most
}
