import { expect, test } from 'vitest'
import type { NodeId } from '../base/identity.ts'
import { Rng } from '../base/rng.ts'
import { Schedule } from '../base/schedule.ts'
import type { RingMessage } from './messages.ts'
import { Ring } from './ring.ts'

const START_MS = 1_700_000_000_000
/** The longest pause between two probes of a small ring. */
const SMALL_MS = 13_000
/** The shortest one of a large ring. */
const LARGE_MS = 31_500
/** What is left of it, at least: the first probe came 1 to 7 s before a test begins. */
const QUIET_MS = LARGE_MS - 8_000
const OTHERS = [...'12345678'].map((digit) => digit.repeat(32))
/** Nobody's neighbours where n is 3. */
const TRADERS = [...'0123456789'].map((digit) => `5${digit}`.padEnd(32, '0'))
/** The time after which a link that nobody needs is closed, and a little. */
const IDLE_MS = 12_000

/** A member of a ring of nine, linked to all others, who answer its pings; it has just looked for other rings. */
class Member {
  readonly #schedule = new Schedule(START_MS)
  readonly #probesMs: number[] = []
  readonly #pings: { readonly to: NodeId; readonly message: Extract<RingMessage, { type: 'ping' }> }[] = []
  readonly #linked = new Set<NodeId>()
  readonly #ring: Ring

  constructor(seed: number, n = 8) {
    const schedule = this.#schedule
    const nothing = (): void => {}
    this.#ring = new Ring(
      { nodeId: 'f'.repeat(32), n, linkBudget: 24, slotMs: 1_000 },
      {
        rng: new Rng([seed, 2, 3, 4]),
        schedule,
        send: (to, message) => {
          if (message.type === 'ping') this.#pings.push({ to, message })
          return true
        },
        connect: nothing,
        disconnect: nothing,
        signal: nothing,
        refuse: nothing,
        rendezvous: (mode) => {
          if (mode === 'probe') this.#probesMs.push(schedule.nowMs)
        },
        request: () => null,
        changed: nothing,
        remember: nothing,
      },
    )
    this.#ring.start([])
    this.link()
    this.probesAfter(SMALL_MS)
    this.probesAfter(1_000)
  }

  /** Links to all others. */
  link(): void {
    for (const peer of OTHERS) {
      this.#linked.add(peer)
      this.#ring.onLinkUp({ peer, transport: 'direct', purpose: 'neighbour', initiator: true })
    }
  }

  /** Ten traders link to it. */
  openTrades(): void {
    for (const peer of TRADERS) {
      this.#linked.add(peer)
      this.#ring.onLinkUp({ peer, transport: 'direct', purpose: 'trade', initiator: false })
    }
  }

  /** Every other one closes its link, the rest need it no more: then this peer does so. */
  endTrades(): void {
    for (const [index, peer] of TRADERS.entries()) {
      if (index % 2 === 0) this.#ring.onMessage(peer, { type: 'unlink', reason: 'not needed' })
      else this.#ring.onMessage(peer, { type: 'purpose', purpose: 'trade', needed: false })
    }
  }

  get links(): number {
    return this.#ring.links().length
  }

  /** All links but so many break. */
  cutDownTo(links: number): void {
    for (const peer of OTHERS.slice(links)) {
      this.#linked.delete(peer)
      this.#ring.onLinkDown(peer, 'silent')
    }
  }

  /** How often it looks for other rings in this time. */
  probesAfter(durationMs: number): number {
    const before = this.#probesMs.length
    const untilMs = this.#schedule.nowMs + durationMs
    while (this.#schedule.nowMs < untilMs) {
      this.#schedule.advance(this.#schedule.nowMs + 50)
      this.#schedule.run()
      for (const { to, message } of this.#pings.splice(0)) {
        if (this.#linked.has(to)) this.#ring.onMessage(to, { ...message, type: 'pong', clock: message.time })
      }
    }
    return this.#probesMs.length - before
  }
}

const SEEDS = [1, 2, 3, 4, 5]

test.each(SEEDS)('a large ring looks for others seldom (seed %i)', (seed) => {
  expect(new Member(seed).probesAfter(QUIET_MS)).toBe(0)
})

test.each(SEEDS)('whose ring becomes small does not wait for the probe of a large one, and goes on so (seed %i)', (seed) => {
  const member = new Member(seed)
  member.cutDownTo(2)
  for (let time = 0; time < 6; time += 1) expect(member.probesAfter(SMALL_MS)).toBeGreaterThan(0)
})

test.each(SEEDS)('who lost half of its links, as by a partition, looks for the others soon, and a few times (seed %i)', (seed) => {
  const member = new Member(seed)
  member.cutDownTo(4)
  for (let time = 0; time < 2; time += 1) expect(member.probesAfter(SMALL_MS)).toBeGreaterThan(0)
  member.probesAfter(2 * SMALL_MS)
  expect(member.probesAfter(4 * LARGE_MS)).toBeLessThanOrEqual(4)
})

test.each(SEEDS)('who lost a few of many links does not (seed %i)', (seed) => {
  const member = new Member(seed)
  member.cutDownTo(6)
  expect(member.probesAfter(QUIET_MS)).toBe(0)
})

test.each(SEEDS)('nor does who opens and closes many links to trade, again and again (seed %i)', (seed) => {
  const member = new Member(seed, 3)
  let probes = 0
  for (let round = 0; round < 5; round += 1) {
    member.openTrades()
    probes += member.probesAfter(IDLE_MS)
    expect(member.links).toBe(OTHERS.length + TRADERS.length)
    member.endTrades()
    probes += member.probesAfter(IDLE_MS)
    expect(member.links).toBe(OTHERS.length)
  }
  expect(probes).toBeLessThanOrEqual(Math.ceil((10 * IDLE_MS) / LARGE_MS))
})

test.each(SEEDS)('who lost all links looks for others as often once it is back, as it could not meanwhile (seed %i)', (seed) => {
  const member = new Member(seed)
  member.cutDownTo(0)
  expect(member.probesAfter(5 * SMALL_MS)).toBe(0)
  member.link()
  for (let time = 0; time < 2; time += 1) expect(member.probesAfter(SMALL_MS)).toBeGreaterThan(0)
})
