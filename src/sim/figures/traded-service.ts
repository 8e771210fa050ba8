import type { Id } from '../../base/identity.ts'
import { type Service, serviceIdOf } from '../../market/service.ts'
import type { SimWorld } from '../sim-world.ts'

/** A service to trade in a world, with its id there. The name alone tells one from another. */
export function tradedService(world: SimWorld, name: string): { readonly serviceId: Id; readonly service: Service } {
  const service: Service = { name, kind: 'general', unit: 'h', currency: 'EUR', decimals: 2, tags: [], file: null }
  return { serviceId: serviceIdOf(world.networkId, service), service }
}
