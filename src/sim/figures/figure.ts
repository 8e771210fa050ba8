/** What every figure is made of: independent points, each a world of its own, and what becomes of their parts. */

/** One world to simulate. Plain data: it goes to whichever worker is free. */
export interface Job {
  readonly seed: number
  /** Virtual work, in no unit: longer jobs start first. */
  readonly weight: number
}

/** A figure, from its points to what is drawn. `J` and `P` are plain data. */
export interface Figure<
  J extends Job = Job,
  P = unknown,
  R extends { readonly rows: readonly object[] } = { readonly rows: readonly object[] },
> {
  /** In an order that depends on nothing but the arguments. */
  jobs(options: FigureOptions): readonly J[]
  /** Simulates one point. The same job gives the same part, always. */
  run(job: J): P
  /** `parts` in the order of `jobs`. */
  result(parts: readonly P[]): R
  /** As SVG files, by the end of their names. */
  drawings(result: R): readonly Drawing[]
}

export interface FigureOptions {
  readonly seed: number
  /** Fewer points and trials, for a look within minutes. */
  readonly quick: boolean
  /** Worlds of more peers are left out: the largest take most of an hour. */
  readonly mostPeers: number
}

export interface Drawing {
  /** Without the ending. */
  readonly name: string
  readonly svg: string
}

/** Different seeds for the points of a figure, from the run's own: the numbers of `place` say which point. */
export function seedOf(seed: number, ...place: readonly number[]): number {
  let mixed = seed >>> 0
  for (const number of place) {
    mixed = Math.imul(mixed ^ (number + 0x9e3779b9), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    mixed = (mixed ^ (mixed >>> 16)) >>> 0
  }
  return mixed
}

/** Of the sizes that a figure should show, those that were not simulated, as their worlds are too large: nothing stands for them. */
export function leftOut(sizes: readonly number[], parts: readonly { readonly peers: number }[]): number[] {
  return sizes.filter((size) => !parts.some(({ peers }) => peers === size))
}

/** The same for a chart's caption; empty when all were. */
export function leftOutNote(sizes: readonly number[]): string {
  return sizes.length === 0 ? '' : `; not run: ${Math.min(...sizes)} peers and more`
}
