import { describe, expect, test, vi } from 'vitest'
import type { NodeId } from '../base/identity.ts'
import { closest } from './closest.ts'
import { fingerStart, isBetweenOrAt } from './id-space.ts'
import { limitsOf } from './limits.ts'
import type { LookupResult, RequestResult } from './results.ts'
import { TestNet, type TestNode } from './test-net.ts'

/** Many peers for many virtual seconds take their time on a busy machine. */
vi.setConfig({ testTimeout: 300_000 })

function ideal(net: TestNet, mostMs = 30_000): number {
  const tookMs = net.runUntil(() => net.faults().length === 0, mostMs)
  expect(net.faults()).toEqual([])
  return tookMs
}

/** Chord's owner: the node whose arc to its successor holds the target. */
function predecessorOf(ids: readonly NodeId[], target: NodeId): NodeId {
  const sorted = [...ids].sort()
  if (sorted.includes(target)) return target
  const at = sorted.findIndex((id, index) => isBetweenOrAt(id, target, sorted[(index + 1) % sorted.length] as NodeId))
  return sorted[at] as NodeId
}

/** Everybody looks up a few ids and sends a request there; gives the mean and the longest number of hops. */
function checkLookups(net: TestNet, rounds: number): { mean: number; most: number } {
  const ids = net.alive().map(({ id }) => id)
  const lookups: { target: NodeId; ends: LookupResult[] }[] = []
  const requests: { target: NodeId; ends: RequestResult[] }[] = []
  for (const node of net.alive()) {
    for (let round = 0; round < rounds; round += 1) {
      const target = net.rng.hex(16)
      const [found, answered] = [
        { target, ends: [] as LookupResult[] },
        { target, ends: [] as RequestResult[] },
      ]
      lookups.push(found)
      requests.push(answered)
      node.step(() => node.ring.lookup(target, (result) => found.ends.push(result)))
      node.step(() => node.ring.request(target, Uint8Array.of(7), (result) => answered.ends.push(result)))
    }
  }
  net.runUntil(() => [...lookups, ...requests].every(({ ends }) => ends.length > 0), 40_000)
  net.run(100)
  for (const { target, ends } of lookups) expect(ends).toMatchObject([{ ok: true, node: predecessorOf(ids, target) }])
  for (const { target, ends } of requests)
    expect(ends).toMatchObject([{ ok: true, node: closest(ids, target, 1)[0], payload: Uint8Array.of(7) }])
  const hops = lookups.flatMap(({ ends }) => ends.flatMap((end) => (end.ok ? [end.hops] : [])))
  return { mean: hops.reduce((sum, count) => sum + count, 0) / hops.length, most: Math.max(...hops) }
}

/** Fingers are looked up now and then: each is a live peer on the right stretch of the ring, and most are the first one there. */
function checkFingers(nodes: readonly TestNode[]): void {
  const ids = nodes.map(({ id }) => id)
  const fingers = nodes.flatMap(({ id, ring }) => ring.fingers().map((finger) => ({ ...finger, id, isLinked: ring.isLinked(finger.peer) })))
  for (const { id, exponent, start, peer, linked, isLinked } of fingers) {
    expect({ start, linked }).toEqual({ start: fingerStart(id, exponent), linked: isLinked })
    expect(ids).toContain(peer)
    expect(peer === start || isBetweenOrAt(start, peer, id)).toBe(true)
  }
  const first = fingers.filter(({ start, peer }) => peer === successorOf(ids, start))
  expect(fingers.length).toBeGreaterThan(nodes.length)
  expect(first.length / fingers.length).toBeGreaterThan(0.5)
}

function successorOf(ids: readonly NodeId[], target: NodeId): NodeId {
  const sorted = [...ids].sort()
  return sorted.find((id) => id >= target) ?? (sorted[0] as NodeId)
}

describe('a ring that grows', () => {
  for (const count of [1, 2, 5, 16, 64]) {
    test(`${count} peers become one ideal ring, within the budget, and find what they look for`, () => {
      const net = new TestNet({ n: 8, seed: count })
      net.grow(count)
      ideal(net)
      expect(net.nodes.every(({ ring }) => ring.state === 'joined')).toBe(true)
      const { most } = checkLookups(net, 2)
      if (count <= 15) expect(most).toBeLessThanOrEqual(1)
      expect(most).toBeLessThanOrEqual(6)
      net.run(15_000)
      expect(net.faults()).toEqual([])
      const guests = net.nodes.map((node) => node.ring.links().filter(({ transport }) => transport === 'rendezvous'))
      net.run(5_000)
      for (const [index, node] of net.nodes.entries()) {
        const still = node.ring
          .links()
          .filter(({ peer, transport }) => transport === 'rendezvous' && guests[index]?.some((guest) => guest.peer === peer))
        expect(still).toEqual([])
        expect(node.mostDirect).toBeLessThanOrEqual(24)
        if (count <= 15) expect(node.links.size).toBe(count - 1)
      }
    })
  }

  test('all start at once, with nobody there before', () => {
    const net = new TestNet({ n: 8, seed: 5 })
    net.grow(12, 0)
    ideal(net, 120_000)
  })

  test('every broker of any set knows the whole set', () => {
    const net = new TestNet({ n: 5, seed: 3 })
    net.grow(24)
    ideal(net)
    const ids = net.nodes.map(({ id }) => id)
    for (let round = 0; round < 40; round += 1) {
      const target = net.rng.hex(16)
      const set = closest(ids, target, 5)
      for (const member of set) expect(net.node(member).ring.closest(target, 5)).toEqual(set)
    }
  })

  test('clock offsets and round trips are measured', () => {
    const net = new TestNet({ n: 8 })
    net.grow(5)
    net.run(30_000)
    const [first, , middle] = net.nodes
    // The clocks of the net are 7 ms apart; a delay may differ by 45 ms between the ways.
    expect(Math.abs((first?.ring.clockOffsetMs() ?? 0) - 17.5)).toBeLessThan(25)
    expect(Math.abs(middle?.ring.clockOffsetMs() ?? 99)).toBeLessThan(25)
    const longestMs = Math.max(...(first?.ring.links() ?? []).map(({ roundTripMs }) => roundTripMs ?? 0))
    expect(longestMs).toBeGreaterThan(10)
    expect(longestMs).toBeLessThan(100)
    expect(first?.remembered.length).toBe(4)
  })

  test('a link says since when it is open, by the local clock', () => {
    const net = new TestNet({ n: 8 })
    net.grow(2)
    ideal(net)
    const [since] = net.nodes.flatMap(({ ring }) => ring.links().map(({ sinceMs }) => sinceMs))
    net.run(30_000)
    expect(net.nodes.flatMap(({ ring }) => ring.links().map(({ sinceMs }) => sinceMs))[0]).toBe(since)
    expect(net.nodes[0]?.ring.fingers()).toEqual([])
    // A contact through the rendezvous that finds the link says that it is up: it is no younger for that.
    const [first, second] = net.nodes.map(({ ring }) => ring)
    const peer = first?.links()[0]?.peer ?? ''
    first?.onLinkUp({ peer, transport: 'direct', purpose: 'neighbour', initiator: true })
    expect(first?.links()[0]?.sinceMs).toBe(since)
    expect(second?.links()).toHaveLength(1)
  })
})

describe('few links', () => {
  for (const count of [16, 32]) {
    test(`${count} peers of 8 links each: all join, nobody goes over, lookups are routed`, () => {
      const net = new TestNet({ n: 3, linkBudget: 8, seed: count })
      net.grow(count)
      ideal(net)
      net.run(60_000)
      expect(net.faults()).toEqual([])
      checkFingers(net.nodes)
      for (const node of net.nodes) expect(node.mostDirect).toBeLessThanOrEqual(8)
      const { mean, most } = checkLookups(net, 3)
      expect(most).toBeGreaterThan(1)
      expect(mean).toBeLessThan(4)
      for (const node of net.nodes) expect(node.mostDirect).toBeLessThanOrEqual(8)
    })
  }

  test('a trade link opens across the ring, is counted, and closes when nobody wishes it', () => {
    const net = new TestNet({ n: 3, linkBudget: 8, seed: 9 })
    net.grow(20)
    ideal(net)
    net.run(60_000)
    const node = net.nodes[0] as TestNode
    const far = net.nodes.find(({ id }) => id !== node.id && !node.ring.isLinked(id)) as TestNode
    const results: boolean[] = []
    for (let wish = 0; wish < 2; wish += 1) node.step(() => node.ring.ensureLink(far.id, (open) => results.push(open)))
    expect(net.runUntil(() => results.length === 2, 20_000)).toBeLessThan(5_000)
    expect(results).toEqual([true, true])
    expect(far.ring.isLinked(node.id)).toBe(true)
    node.step(() => node.ring.releaseLink(far.id))
    net.run(30_000)
    expect(node.ring.isLinked(far.id)).toBe(true)
    node.step(() => node.ring.releaseLink(far.id))
    net.run(30_000)
    expect(node.ring.links().find(({ peer }) => peer === far.id)?.purposes ?? []).not.toContain('trade')
    expect(far.ring.links().find(({ peer }) => peer === node.id)?.purposes ?? []).not.toContain('trade')
  })

  test('a peer whose trade links are all taken lets the one go that rested longest, and none that is in use', () => {
    const net = new TestNet({ n: 3, linkBudget: 8, seed: 9 })
    net.grow(24)
    ideal(net)
    net.run(60_000)
    const [broker, ...others] = net.nodes as [TestNode, ...TestNode[]]
    const wish = (trader: TestNode): boolean[] => {
      const ends: boolean[] = []
      trader.step(() => trader.ring.ensureLink(broker.id, (open) => ends.push(open)))
      net.runUntil(() => ends.length > 0, 20_000)
      return ends
    }
    const traders = others.filter(({ ring }) => !ring.isLinked(broker.id))
    const linked = (): TestNode[] => traders.filter(({ ring }) => ring.isLinked(broker.id))
    // Each in use for as long as the next one asks, so the first that is refused finds no room.
    const refused = traders.find((trader) => {
      for (const { id } of linked()) broker.step(() => broker.ring.onUse(id))
      return wish(trader)[0] === false
    }) as TestNode
    expect(refused).toBeDefined()
    const before = linked()
    expect(before.length).toBeGreaterThan(0)
    net.run(1_000)
    for (const { id } of before.slice(1)) broker.step(() => broker.ring.onUse(id))
    net.run(1_500)
    for (const { id } of before.slice(1)) broker.step(() => broker.ring.onUse(id))
    expect(wish(refused)).toEqual([true])
    net.run(200)
    expect(linked()).toEqual(traders.filter((trader) => trader === refused || before.slice(1).includes(trader)))
    for (const { mostDirect } of net.nodes) expect(mostDirect).toBeLessThanOrEqual(8)
  })

  test('a wish beyond the budget, and one for nobody, end once with false', () => {
    const net = new TestNet({ n: 3, linkBudget: 6, seed: 4 })
    net.grow(20)
    ideal(net)
    const node = net.nodes[0] as TestNode
    const results = new Map<NodeId, boolean[]>()
    const others = [...net.nodes.map(({ id }) => id), 'ab'.repeat(16)].filter((id) => !node.ring.isLinked(id))
    for (const id of others) {
      const ends: boolean[] = []
      results.set(id, ends)
      node.step(() => node.ring.ensureLink(id, (open) => ends.push(open)))
    }
    net.run(60_000)
    expect([...results.values()].every((ends) => ends.length === 1)).toBe(true)
    expect([...results.values()].flat().filter((open) => open).length).toBeLessThanOrEqual(2)
    expect(results.get(node.id)).toEqual([false])
    expect(results.get('ab'.repeat(16))).toEqual([false])
    for (const { mostDirect } of net.nodes) expect(mostDirect).toBeLessThanOrEqual(6)
  })

  test('limits: lists of at least n − 1 each way, whatever the parameters', () => {
    for (let n = 1; n <= 32; n += 1) {
      const limits = limitsOf({ nodeId: '', n, linkBudget: 2 * (n - 1) + 10, slotMs: 1_000 })
      expect(limits.listLength).toBeGreaterThanOrEqual(n - 1)
      expect(limits.neighboursEachWay).toBeGreaterThanOrEqual(n - 1)
      expect(limits.reservedForNeighbours + limits.fingerLinks).toBeLessThanOrEqual(limits.linkBudget)
    }
  })
})
