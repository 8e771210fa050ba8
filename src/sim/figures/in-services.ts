import type { Id } from '../../base/identity.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import type { Behaviour } from '../observer.ts'
import { serviceOf } from './service-of.ts'

/**
 * A misbehaviour in some services only. So one ring serves many trials at once, each with liars of its own: a peer lies in one service
 * and is honest in the next, and neither shows in the other.
 */
export function inServices(inner: Behaviour, services: ReadonlySet<Id>, network: string): Behaviour {
  const concerns = (part: Effect | PeerEvent): boolean => {
    if (part.type !== 'send' && part.type !== 'message') return false
    const service = serviceOf(part.message, network)
    return service !== null && services.has(service)
  }
  return {
    receive: (event) => (inner.receive !== undefined && concerns(event) ? inner.receive(event) : event),
    act(effects, event) {
      const concerned = effects.filter(concerns)
      const others = effects.filter((effect) => !concerned.includes(effect))
      // First, as a link may be closed by what follows.
      return [...inner.act(concerned, event), ...others]
    },
  }
}
