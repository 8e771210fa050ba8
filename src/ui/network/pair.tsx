import type { ComponentChildren } from 'preact'

/** A term and what it is, in a list of `pairs`. */
export function Pair({ term, children }: { readonly term: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}
