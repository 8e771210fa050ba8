import { describe, expect, test, vi } from 'vitest'
import type { NodeId } from '../base/identity.ts'
import { closest } from './closest.ts'
import type { RequestResult } from './results.ts'
import { TestNet, type TestNode } from './test-net.ts'

/** Many peers for many virtual seconds take their time on a busy machine. */
vi.setConfig({ testTimeout: 300_000 })

function ring(count: number, options: ConstructorParameters<typeof TestNet>[0]): TestNet {
  const net = new TestNet(options)
  net.grow(count)
  expect(net.runUntil(() => net.faults().length === 0, 40_000)).toBeLessThan(40_000)
  return net
}

function healed(net: TestNet, mostMs: number): number {
  const tookMs = net.runUntil(() => net.faults().length === 0, mostMs)
  expect(net.faults()).toEqual([])
  return tookMs
}

function request(net: TestNet, node: TestNode, target: NodeId): RequestResult[] {
  const results: RequestResult[] = []
  node.step(() => node.ring.request(target, Uint8Array.of(1), (result) => results.push(result)))
  net.run(40_000)
  return results
}

describe('peers that die', () => {
  for (const [n, count] of [
    [8, 24],
    [3, 32],
  ] as const) {
    test(`a quarter of ${count} peers dies at once without a word, n = ${n}: the ring heals`, () => {
      const net = ring(count, { n, seed: 2 })
      for (const node of net.rng.sample(net.nodes, count / 4)) net.kill(node)
      expect(healed(net, 90_000)).toBeLessThan(60_000)
    })
  }

  test('half of them leave with a goodbye: the lists are right at once', () => {
    const net = ring(16, { n: 8, seed: 6 })
    for (const node of net.rng.sample(net.nodes, 8)) node.step(() => node.ring.leave())
    expect(healed(net, 10_000)).toBeLessThan(2_000)
  })

  test('a peer that comes back with its old id is taken in', () => {
    const net = ring(8, { n: 8, seed: 7 })
    const [node] = net.nodes as [TestNode]
    node.step(() => node.ring.leave())
    net.run(500)
    node.alive = false
    const again = net.add(node.id)
    again.step(() => again.ring.start([]))
    net.nodes.shift()
    expect(healed(net, 20_000)).toBeLessThan(10_000)
  })

  test('all others die: back to a ring of one, and found again by a newcomer', () => {
    const net = ring(4, { n: 8, seed: 8 })
    const [node, ...others] = net.nodes as [TestNode, ...TestNode[]]
    for (const other of others) net.kill(other)
    const { seeks } = node
    expect(net.runUntil(() => node.seeks > seeks, 30_000)).toBeLessThan(20_000)
    expect(node.ring.known()).toEqual([])
    expect(net.runUntil(() => node.ring.state === 'joined', 30_000)).toBeLessThan(10_000)
    net.grow(3)
    healed(net, 30_000)
  })

  test('whoever was alone for a minute, and wished for a link all the time, gets it as soon as it is back', () => {
    const net = ring(16, { n: 3, seed: 5 })
    const [node] = net.nodes as [TestNode]
    const far = net.nodes.find(({ id }) => ![node.id, ...node.ring.successors(), ...node.ring.predecessors()].includes(id)) as TestNode
    const wish = (): void => {
      net.run(1_000)
      node.step(() => node.ring.ensureLink(far.id, () => undefined))
    }
    const direct = (): number => node.ring.links().filter(({ transport }) => transport === 'direct').length
    node.place = 1
    for (const peer of node.links.keys()) net.cut(node.id, peer)
    for (let second = 0; second < 60; second += 1) wish()
    expect(node.ring.links()).toEqual([])
    node.place = 0
    expect(net.runUntil(() => direct() > 0, 60_000)).toBeLessThan(60_000)
    for (let second = 0; second < 3; second += 1) wish()
    expect(node.ring.isLinked(far.id)).toBe(true)
  })

  test('two neighbours that cannot link to each other know each other by the word of others, and forget the dead', () => {
    const net = new TestNet({ n: 5, seed: 4 })
    net.grow(5)
    const [one, other] = [net.add(), net.add()]
    one.blocked.add(other.id)
    for (const node of [one, other]) node.step(() => node.ring.start([]))
    expect(net.runUntil(() => one.ring.known().length >= 5, 20_000)).toBeLessThan(20_000)
    expect(healed(net, 120_000)).toBeLessThan(90_000)
    expect(one.ring.isLinked(other.id)).toBe(false)
    net.kill(other)
    expect(healed(net, 30_000)).toBeLessThan(20_000)
  })

  test('nobody is dropped after a sleep of everyone, nor by one that slept', () => {
    const net = ring(6, { n: 8, seed: 9 })
    const [node] = net.nodes as [TestNode]
    const before = node.sent.stabilize ?? 0
    net.nowMs += 3_600_000
    net.run(3_000)
    expect(net.faults()).toEqual([])
    expect((node.sent.stabilize ?? 0) - before).toBeGreaterThanOrEqual(5)
    net.run(60_000)
    expect(net.faults()).toEqual([])
  })
})

describe('a clock that is set back by an hour', () => {
  test('makes nothing last longer: ways back are forgotten as before', () => {
    const net = ring(24, { n: 3, seed: 9 })
    const most = (): number => Math.max(...net.nodes.map((node) => node.ring.sizes()['requests.routes'] ?? 0))
    net.run(60_000)
    const before = most()
    for (const node of net.nodes) node.clockMs -= 3_600_000
    net.run(240_000)
    expect(most()).toBeLessThan(2 * before)
  })

  test('is told to others as it is', () => {
    const net = ring(4, { n: 3, seed: 10 })
    const [node] = net.nodes as [TestNode]
    node.clockMs -= 3_600_000
    net.run(300_000)
    expect(node.ring.clockOffsetMs()).toBeGreaterThan(3_590_000)
  })
})

describe('ways around', () => {
  test('a hop that swallows every routed message is passed by, and each request ends once', () => {
    const net = ring(24, { n: 3, linkBudget: 8, seed: 3 })
    net.run(60_000)
    const ids = net.nodes.map(({ id }) => id)
    const [origin] = net.nodes as [TestNode]
    const target = closest(
      ids.filter((id) => !origin.ring.known().includes(id)),
      origin.id,
      12,
    ).pop() as NodeId
    const silent = origin.ring.links().map(({ peer }) => peer)
    for (const id of silent.slice(0, silent.length - 2)) net.node(id).isSilentHop = true
    const results = request(net, origin, target)
    expect(results).toHaveLength(1)
    expect(results[0]).toMatchObject({ ok: true, node: target })
  })

  test('a request that nobody takes ends with a reason', () => {
    const net = ring(24, { n: 3, linkBudget: 8, seed: 3 })
    const [origin, ...others] = net.nodes as [TestNode, ...TestNode[]]
    for (const other of others) other.isSilentHop = true
    const far = net.nodes.find(({ id }) => id !== origin.id && !origin.ring.known().includes(id)) as TestNode
    expect(request(net, origin, far.id)).toMatchObject([{ ok: false }])
  })

  test('requests that were asked before leaving end', () => {
    const net = ring(4, { n: 8, seed: 1 })
    const [node] = net.nodes as [TestNode]
    const ends: boolean[] = []
    node.step(() => {
      node.ring.request('00'.repeat(16), new Uint8Array(), ({ ok }) => ends.push(ok))
      node.ring.ensureLink('11'.repeat(16), (open) => ends.push(open))
      node.ring.leave()
      node.ring.lookup('22'.repeat(16), ({ ok }) => ends.push(ok))
      node.ring.ensureLink('33'.repeat(16), (open) => ends.push(open))
    })
    net.run(1_000)
    expect(ends).toEqual([false, false, false, false])
    expect(node.ring.state).toBe('stopped')
  })
})

describe('two rings', () => {
  for (const [first, second, n] of [
    [1, 1, 8],
    [5, 3, 8],
    [12, 12, 8],
    [14, 9, 3],
  ] as const) {
    test(`of ${first} and ${second} peers, n = ${n}, become one once their rendezvous is the same`, () => {
      const net = new TestNet({ n, seed: first })
      net.grow(first)
      for (let index = 0; index < second; index += 1) {
        const node = net.add()
        node.place = 1
        node.step(() => node.ring.start([]))
        net.run(300)
      }
      net.run(10_000)
      expect(net.nodes.every((node) => node.ring.state === 'joined')).toBe(true)
      const [some] = net.nodes as [TestNode]
      expect(some.ring.known().some((id) => net.node(id).place === 1)).toBe(false)
      for (const node of net.nodes) node.place = 0
      expect(healed(net, 240_000)).toBeLessThan(180_000)
      for (const node of net.nodes) expect(node.mostDirect).toBeLessThanOrEqual(net.options.linkBudget)
    })
  }
})
