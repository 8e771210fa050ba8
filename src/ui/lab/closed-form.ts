/** The paper's figure 4 as a formula, for the chart's line. */

/** The share of crossing pairs found when `silent` of `n` brokers are silent and each offer goes to `f` of them once (PROTOCOL 7). */
export function foundByChance({ n, f, silent }: { readonly n: number; readonly f: number; readonly silent: number }): number {
  // C(silent, f) / C(n, f), factor by factor: all f brokers of one offer are silent.
  let missed = 1
  for (let picked = 0; picked < f; picked += 1) missed *= Math.max(0, silent - picked) / (n - picked)
  return (1 - missed) ** 2
}
