/** Terms on their way from an own offer to its service's form. */
import { useEffect, useRef } from 'preact/hooks'
import type { Id } from '../../base/identity.ts'
import type { OfferRequest } from '../../trader/command.ts'

let draft: { readonly serviceId: Id; readonly terms: OfferRequest } | null = null
const listeners = new Set<() => void>()

/** Fills the service's form with these terms: the one that is there, or the next one to be opened. */
export function leaveDraft(serviceId: Id, terms: OfferRequest): void {
  draft = { serviceId, terms }
  for (const listener of [...listeners]) listener()
}

/** Gives a service's form the terms that were left for it, each once. */
export function useDraft(serviceId: Id, fill: (terms: OfferRequest) => void): void {
  const latest = useRef(fill)
  latest.current = fill
  useEffect(() => {
    const take = () => {
      if (draft?.serviceId !== serviceId) return
      const { terms } = draft
      draft = null
      latest.current(terms)
    }
    take()
    listeners.add(take)
    return () => {
      listeners.delete(take)
    }
  }, [serviceId])
}
