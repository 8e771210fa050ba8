import type { Id } from '../base/identity.ts'
import type { Sizes } from '../base/sizes.ts'
import { checkService, type Service, serviceIdOf } from '../market/service.ts'
import type { TraderPort } from '../wire/port.ts'
import type { Asks } from './asks.ts'
import type { BrokerDirectory } from './broker-directory.ts'
import type { ServiceAnswer, ServiceRow } from './command.ts'
import { failure, type Outcome } from './failures.ts'
import { removalOf, type StoredService, writeOf } from './records.ts'

/** Services remembered. At the bound the one opened longest ago that is neither traded now nor watched is forgotten; of watched ones alone the oldest. Its link opens it again. */
export const MAX_SERVICES = 1_024

type Done = (outcome: Outcome<ServiceAnswer>) => void

/** What the services stand on. */
export interface ServicesAround {
  readonly asks: Asks
  readonly directory: BrokerDirectory
  /** A service with a live offer or bidder, or with a receipt that is still to be attested: it is not made room with. */
  readonly inUse: (service: Id) => boolean
  /** A service with a live offer or bidder. */
  readonly isTraded: (service: Id) => boolean
}

/** The services that this peer made or opened: their parameters, by id (PROTOCOL 2). */
export class Services {
  readonly #port: TraderPort
  readonly #around: ServicesAround
  readonly #services = new Map<Id, StoredService>()

  constructor(port: TraderPort, around: ServicesAround) {
    this.#port = port
    this.#around = around
  }

  /** See Sized. */
  sizes(): Sizes {
    return { known: this.#services.size }
  }

  restore(stored: StoredService): void {
    this.#services.set(serviceIdOf(this.#port.network, stored.service), stored)
  }

  get(serviceId: Id): Service | null {
    return this.#services.get(serviceId)?.service ?? null
  }

  /** Newest first. */
  rows(): ServiceRow[] {
    const byAge = [...this.#services].sort(
      ([leftId, left], [rightId, right]) => right.openedMs - left.openedMs || (leftId < rightId ? -1 : 1),
    )
    return byAge.map(([serviceId, { service, origin, watched }]) => ({ serviceId, service, origin, watched }))
  }

  /** Takes parameters as a person or a script gave them. */
  create(input: unknown, done: Done): void {
    const checked = checkService(input)
    if (!checked.ok) return done(failure('invalid-argument', checked.message, checked.field))
    this.#keep(checked.service, 'made', done)
  }

  /** A service from a link: the parameters must be those of the id, if one is given. */
  openGiven(input: unknown, serviceId: Id | null, done: Done): void {
    const checked = checkService(input)
    if (!checked.ok) return done(failure('invalid-argument', checked.message, checked.field))
    if (serviceId !== null && serviceIdOf(this.#port.network, checked.service) !== serviceId) {
      const message = 'This link is damaged, or belongs to another network: its parameters do not have its id.'
      return done(failure('invalid-argument', message, 'serviceId'))
    }
    this.#keep(checked.service, 'opened', done)
  }

  /** A service by its id alone: known here, or asked of its brokers. */
  open(serviceId: Id, done: Done): void {
    const known = this.get(serviceId)
    if (known !== null) return done({ ok: true, value: { serviceId, service: known } })
    const { asks, directory } = this.#around
    directory.find(serviceId, (members) => {
      let waiting = members.length
      let found = false
      if (waiting === 0) return done(unknownFailure())
      for (const broker of members) {
        asks.ask(broker, { type: 'get-book', service: serviceId }, (answer) => {
          waiting -= 1
          if (found) return
          const service = answer?.type === 'book' ? answer.parameters : null
          const checked = service === null ? null : checkService(service)
          found = checked?.ok === true && serviceIdOf(this.#port.network, checked.service) === serviceId
          if (found && checked?.ok) this.#keep(checked.service, 'opened', done)
          else if (waiting === 0) done(unknownFailure())
        })
      }
    })
  }

  watch(serviceId: Id, watch: unknown, done: (outcome: Outcome<ServiceRow>) => void): void {
    const known = this.#services.get(serviceId)
    if (known === undefined) return done(unknownFailure())
    if (typeof watch !== 'boolean') return done(failure('invalid-argument', 'watch must be true or false.', 'watch'))
    const { service, origin } = known
    this.#change(serviceId, { ...known, watched: watch }, (ok) => {
      done(ok ? { ok: true, value: { serviceId, service, origin, watched: watch } } : notStored())
    })
  }

  forget(serviceId: Id, done: (outcome: Outcome<{ readonly serviceId: Id }>) => void): void {
    const known = this.#services.get(serviceId)
    if (known === undefined) return done(unknownFailure())
    if (this.#around.isTraded(serviceId)) {
      const message = 'An offer or a bidder of yours is open for this service. Withdraw or stop it first, then forget the service.'
      return done(failure('offer-open', message))
    }
    this.#port.storeNow([removalOf(this.#port.network, { type: 'service', ...known })], (ok) => {
      if (!ok) return done(notStored())
      this.#services.delete(serviceId)
      this.#port.changed()
      done({ ok: true, value: { serviceId } })
    })
  }

  #keep(service: Service, origin: StoredService['origin'], done: Done): void {
    const serviceId = serviceIdOf(this.#port.network, service)
    const known = this.#services.get(serviceId)
    const end = (ok: boolean): void => done(ok ? { ok: true, value: { serviceId, service } } : notStored())
    // Whoever enters the parameters of a service that was opened has made it too.
    if (known !== undefined)
      return known.origin === origin || origin === 'opened' ? end(true) : this.#change(serviceId, { ...known, origin }, end)
    const stored: StoredService = { service, openedMs: Math.floor(this.#port.schedule.nowMs), origin, watched: false }
    this.#change(serviceId, stored, end)
  }

  /** Takes the service as it is to be once the disk has it. A new one may take another's place. */
  #change(serviceId: Id, stored: StoredService, done: (ok: boolean) => void): void {
    const { network } = this.#port
    const forgotten = this.#services.has(serviceId) ? null : this.#oldestIdle()
    const writes = [writeOf(network, { type: 'service', ...stored })]
    if (forgotten !== null) writes.push(removalOf(network, { type: 'service', ...forgotten[1] }))
    this.#port.storeNow(writes, (ok) => {
      if (!ok) return done(false)
      if (forgotten !== null) this.#services.delete(forgotten[0])
      this.#services.set(serviceId, stored)
      this.#port.changed()
      done(true)
    })
  }

  /** Whom to forget for a new one; null while there is room. */
  #oldestIdle(): [Id, StoredService] | null {
    if (this.#services.size < MAX_SERVICES) return null
    let oldest: [Id, StoredService] | null = null
    for (const entry of this.#services) {
      if (!this.#around.inUse(entry[0]) && (oldest === null || goesBefore(entry[1], oldest[1]))) oldest = entry
    }
    return oldest
  }
}

function goesBefore(left: StoredService, right: StoredService): boolean {
  return left.watched === right.watched ? left.openedMs < right.openedMs : right.watched
}

function notStored(): ReturnType<typeof failure> {
  return failure('storage', 'This device could not store the service. Free some disk space, then try again.')
}

/** Nobody who could be asked knows the parameters. */
export function unknownFailure(): ReturnType<typeof failure> {
  return failure('unknown-service', 'Nobody here knows this service. Open it by a link that carries its parameters (#/s/…), or create it.')
}
