/**
 * What all Links do, over real WebRTC or simulated. Cases over a world, for any test framework:
 * `for (const { name, tabs, run } of linksContract) test(name, async () => run(await createWorld(tabs)))`.
 * The cases listen, carry the signals and wait for conditions; the world only makes the tabs.
 */
import { assert } from '../../src/base/assert.ts'
import { toHex } from '../../src/base/bytes.ts'
import type { NodeId } from '../../src/base/identity.ts'
import type { Links } from '../../src/peer/world.ts'
import type { Signal } from '../../src/ring/messages.ts'

/** Of each tab: which network it belongs to and which identity it has; equal numbers are the same network or identity. */
export interface LinksTab {
  readonly network: number
  readonly identity: number
}

export interface LinksWorld {
  /** One for each tab asked for, by ascending nodeId; nobody listens to them yet. */
  readonly tabs: readonly { readonly nodeId: NodeId; readonly links: Links }[]
  /** Brings a channel between two tabs to both, as the rendezvous does; the first is its initiator. */
  join(first: number, second: number): void
  /** Runs the world until the condition holds; throws, with what was awaited, when it does not come. Attempts fail within its patience. */
  until(condition: () => boolean, what: string): Promise<void>
}

export interface LinksCase {
  readonly name: string
  readonly tabs: readonly LinksTab[]
  /** An attempt gets no answer and is waited for until its deadline. In all other cases no machine should be too slow for it. */
  readonly waitsForDeadline?: boolean
  run(world: LinksWorld): Promise<void>
}

/** One callback as a line, for comparing: "up <tab> direct", "down <tab> reason". Messages are apart. */
interface Tab {
  readonly nodeId: NodeId
  readonly links: Links
  readonly log: string[]
  readonly inbox: { readonly from: NodeId; readonly message: Uint8Array }[]
}

type Carry = (signal: Signal, deliver: (signal: Signal) => void) => void

/** Listens to every tab and carries the signals, through `carry` if given. */
function observe(world: LinksWorld, carry: Carry = (signal, deliver) => deliver(signal)): Tab[] {
  const tabs = world.tabs.map(({ nodeId, links }): Tab => ({ nodeId, links, log: [], inbox: [] }))
  const nameOf = (nodeId: NodeId): string => String(tabs.findIndex((tab) => tab.nodeId === nodeId))
  const deliver = (signal: Signal): void => {
    for (const tab of tabs) if (tab.nodeId === signal.to) tab.links.signal(signal)
  }
  for (const { links, log, inbox } of tabs) {
    links.listen({
      onSignal: (signal) => carry(signal, deliver),
      onLinkUp: ({ peer, transport }) => log.push(`up ${nameOf(peer)} ${transport}`),
      onLinkDown: (peer, reason) => log.push(`down ${nameOf(peer)} ${reason}`),
      onConnectFailed: (peer, reason) => log.push(`failed ${nameOf(peer)} ${reason}`),
      onMessage: (from, message) => inbox.push({ from, message }),
    })
  }
  return tabs
}

function two(world: LinksWorld, carry?: Carry): { low: Tab; high: Tab } {
  const [low, high] = observe(world, carry)
  assert(low !== undefined && high !== undefined, 'the world has two tabs')
  return { low, high }
}

function equal(actual: unknown, expected: unknown, what: string): void {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (left !== right) throw new Error(`${what}: ${left}, expected ${right}`)
}

function count(tab: Tab, begin: string): number {
  return tab.log.filter((line) => line.startsWith(begin)).length
}

/** Opens a direct link by `connect` on one side. */
async function link(world: LinksWorld, from: Tab, to: Tab): Promise<void> {
  from.links.connect(to.nodeId, 'neighbour')
  await world.until(() => count(from, 'up') > 0 && count(to, 'up') > 0, 'the link')
}

/** A message each way: what was on the link before has arrived after it. */
async function exchange(world: LinksWorld, first: Tab, second: Tab): Promise<void> {
  const before = [first.inbox.length, second.inbox.length]
  assert(first.links.send(second.nodeId, Uint8Array.of(1)) && second.links.send(first.nodeId, Uint8Array.of(2)), 'both can send')
  await world.until(() => first.inbox.length > (before[0] ?? 0) && second.inbox.length > (before[1] ?? 0), 'a message each way')
}

/** Bytes that tell a wrong, torn or swapped message. */
function pattern(size: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 31 + seed * 7 + (index >> 8)) & 0xff)
}

const PAIR: readonly LinksTab[] = [
  { network: 0, identity: 0 },
  { network: 0, identity: 1 },
]

const opening: LinksCase[] = [
  ...(['lower', 'higher'] as const).map((side) => ({
    name: `connect from the ${side} nodeId opens exactly one link`,
    tabs: PAIR,
    async run(world: LinksWorld) {
      const { low, high } = two(world)
      const [from, to] = side === 'lower' ? [low, high] : [high, low]
      from.links.connect(to.nodeId, 'neighbour')
      equal(low.log.length + high.log.length, 0, 'no callback within the call')
      await world.until(() => count(from, 'up') > 0 && count(to, 'up') > 0, 'the link')
      from.links.connect(to.nodeId, 'trade')
      await exchange(world, low, high)
      equal([low.log, high.log], [['up 1 direct'], ['up 0 direct']], 'one link on each side')
    },
  })),
  {
    name: 'connect from both sides at once gives one link',
    tabs: PAIR,
    async run(world) {
      const { low, high } = two(world)
      high.links.connect(low.nodeId, 'finger')
      low.links.connect(high.nodeId, 'neighbour')
      await world.until(() => count(low, 'up') > 0 && count(high, 'up') > 0, 'the link')
      await exchange(world, low, high)
      equal([low.log, high.log], [['up 1 direct'], ['up 0 direct']], 'one link on each side')
    },
  },
  {
    name: 'signals that arrive twice give one link',
    tabs: PAIR,
    async run(world) {
      const { low, high } = two(world, (signal, deliver) => {
        deliver(signal)
        deliver(signal)
      })
      await link(world, high, low)
      await exchange(world, low, high)
      equal([low.log, high.log], [['up 1 direct'], ['up 0 direct']], 'one link on each side')
    },
  },
  {
    name: 'six tabs link all to all',
    tabs: [0, 1, 2, 3, 4, 5].map((identity) => ({ network: 0, identity })),
    async run(world) {
      const tabs = observe(world)
      for (const tab of tabs) for (const other of tabs) if (tab !== other) tab.links.connect(other.nodeId, 'neighbour')
      await world.until(() => tabs.every((tab) => count(tab, 'up') === 5), 'all links')
      for (const tab of tabs) for (const other of tabs) if (tab !== other) tab.links.send(other.nodeId, pattern(40_000, 1))
      await world.until(() => tabs.every(({ inbox }) => inbox.length === 5), 'all messages')
      for (const tab of tabs) equal(tab.log.length, 5, 'one link a peer')
      for (const { inbox } of tabs) equal(new Set(inbox.map(({ from }) => from)).size, 5, 'one message of each')
    },
  },
]

const failing: LinksCase[] = [
  ...(['offer', 'ask'] as const).map((kind) => ({
    name: `a refused ${kind} fails with the reason`,
    tabs: PAIR,
    async run(world: LinksWorld) {
      const tabs = two(world, (signal, deliver) => {
        const receiver = signal.to === tabs.low.nodeId ? tabs.low : tabs.high
        if (signal.kind === kind) receiver.links.refuse(signal, 'no room for a guest')
        else deliver(signal)
      })
      const [from, to] = kind === 'offer' ? [tabs.low, tabs.high] : [tabs.high, tabs.low]
      from.links.connect(to.nodeId, 'guest')
      await world.until(() => from.log.length > 0, 'the refusal')
      equal(from.log.length, 1, 'one failure')
      assert(/^failed \d .*no room for a guest/.test(from.log[0] ?? ''), `the reason is told: ${from.log[0]}`)
      equal(to.log, [], 'the refusing side hears nothing')
      equal(from.links.send(to.nodeId, Uint8Array.of(1)), false, 'there is no link')
    },
  })),
  ...(['offer', 'answer', 'refuse'] as const).map((kind) => ({
    name: `a forged signal has no effect: ${kind}`,
    tabs: PAIR,
    waitsForDeadline: true,
    async run(world: LinksWorld) {
      let isForging = true
      const { low, high } = two(world, (signal, deliver) => {
        if (!isForging || signal.kind !== (kind === 'refuse' ? 'offer' : kind)) return deliver(signal)
        // By whoever carries it: the fields are changed, or another's word made up, and the signature cannot follow.
        const { from, to } = signal
        deliver(kind === 'refuse' ? { ...signal, kind, from: to, to: from, sdp: 'made up' } : { ...signal, purpose: 'trade' })
      })
      low.links.connect(high.nodeId, 'guest')
      await world.until(() => low.log.length > 0, 'the failure')
      equal([count(low, 'failed 1'), low.log.length, high.log], [1, 1, []], 'one failure, and no link')
      equal(count(low, 'failed 1 refused'), 0, 'nobody refused')
      equal(low.links.send(high.nodeId, Uint8Array.of(1)), false, 'there is no link')
      isForging = false
      await link(world, low, high)
      await exchange(world, low, high)
    },
  })),
  {
    name: 'connect to a peer that is gone fails after a while, and may be tried again',
    tabs: PAIR,
    waitsForDeadline: true,
    async run(world) {
      let reachable = false
      const { low, high } = two(world, (signal, deliver) => {
        if (reachable) deliver(signal)
      })
      high.links.connect(low.nodeId, 'neighbour')
      low.links.connect(high.nodeId, 'neighbour')
      await world.until(() => low.log.length > 0 && high.log.length > 0, 'the failures')
      equal([count(low, 'failed 1'), count(high, 'failed 0'), low.log.length, high.log.length], [1, 1, 1, 1], 'one failure each')
      reachable = true
      await link(world, low, high)
      await exchange(world, low, high)
    },
  },
  {
    name: 'a banned peer is cut off and gets no new link',
    tabs: PAIR,
    async run(world) {
      const { low, high } = two(world)
      await link(world, low, high)
      low.links.ban(high.nodeId, 'sent garbage')
      await world.until(() => count(high, 'down 0') > 0, 'the cut')
      high.links.connect(low.nodeId, 'neighbour')
      await world.until(() => count(high, 'failed 0') > 0, 'the failure')
      equal(low.log, ['up 1 direct'], 'the banning side hears nothing')
      equal(low.links.send(high.nodeId, Uint8Array.of(1)), false, 'there is no link')
    },
  },
  {
    name: 'tabs of different networks refuse each other, and each is told both networks',
    tabs: [
      { network: 0, identity: 0 },
      { network: 1, identity: 1 },
    ],
    async run(world) {
      const { low, high } = two(world)
      world.join(0, 1)
      await world.until(() => low.log.length > 0 && high.log.length > 0, 'the refusals')
      for (const { log } of [low, high]) {
        equal(log.length, 1, 'one failure each')
        assert(/^failed \S+ other network: .+, ours is .+/.test(log[0] ?? ''), `the networks are named: ${log[0]}`)
      }
      equal([low.links.send(high.nodeId, Uint8Array.of(1)), high.links.send(low.nodeId, Uint8Array.of(1))], [false, false], 'no link')
    },
  },
  {
    name: 'tabs of one identity refuse each other as duplicates',
    tabs: [
      { network: 0, identity: 0 },
      { network: 0, identity: 0 },
    ],
    async run(world) {
      const { low, high } = two(world)
      world.join(0, 1)
      await world.until(() => low.log.length > 0 && high.log.length > 0, 'the refusals')
      for (const { log } of [low, high]) equal(log, ['failed 0 duplicate identity'], 'the duplicate is told')
    },
  },
]

const talking: LinksCase[] = [
  {
    name: 'messages of all sizes, thousands of them, arrive whole and in order',
    tabs: PAIR,
    async run(world) {
      const { low, high } = two(world)
      await link(world, low, high)
      const sizes = [0, 1, 2, 100, 16_382, 16_383, 16_384, 16_385, 32_766, 32_767, 200 * 1024, 256 * 1024]
      const messages = Array.from({ length: 3_000 }, (_, index) => pattern(sizes[index] ?? index % 200, index))
      for (const [index, message] of messages.entries()) {
        assert(low.links.send(high.nodeId, message), `message ${index} is taken`)
        if (index % 10 === 0) assert(high.links.send(low.nodeId, message), `message ${index} is taken`)
      }
      await world.until(() => high.inbox.length >= 3_000 && low.inbox.length >= 300, 'the messages')
      const back = messages.filter((_, index) => index % 10 === 0)
      for (const [inbox, sent] of [
        [high.inbox, messages],
        [low.inbox, back],
      ] as const) {
        equal(inbox.length, sent.length, 'each message once')
        for (const [index, message] of sent.entries()) {
          const received = inbox[index]?.message ?? new Uint8Array()
          if (toHex(received) !== toHex(message))
            throw new Error(`message ${index} of ${message.length} bytes came as ${received.length} others`)
        }
      }
    },
  },
  {
    name: 'disconnect tells the other side and not the own',
    tabs: PAIR,
    async run(world) {
      const { low, high } = two(world)
      await link(world, low, high)
      high.links.send(low.nodeId, Uint8Array.of(7))
      high.links.disconnect(low.nodeId, 'not needed')
      equal(high.links.send(low.nodeId, Uint8Array.of(1)), false, 'there is no link any more')
      await world.until(() => count(low, 'down 1') > 0, 'the end on the other side')
      equal(low.inbox.length, 1, 'what was sent before has arrived')
      equal(low.links.send(high.nodeId, Uint8Array.of(1)), false, 'nor on the other side')
      equal([low.log.length, high.log], [2, ['up 0 direct']], 'the own side is silent')
      low.log.length = 0
      high.log.length = 0
      await link(world, high, low)
      await exchange(world, low, high)
    },
  },
  {
    name: 'nothing is sent to who is not linked',
    tabs: PAIR,
    async run(world) {
      const { low, high } = two(world)
      equal(low.links.send(high.nodeId, Uint8Array.of(1)), false, 'before a link')
      low.links.disconnect(high.nodeId, 'nothing to do')
      await link(world, low, high)
      equal(high.inbox.length, 0, 'nothing came')
    },
  },
  {
    name: 'close ends all and is silent',
    tabs: PAIR,
    async run(world) {
      const { low, high } = two(world)
      await link(world, low, high)
      low.links.close()
      low.links.connect(high.nodeId, 'neighbour')
      world.join(0, 1)
      await world.until(() => count(high, 'down 0') > 0, 'the end on the other side')
      equal(low.links.send(high.nodeId, Uint8Array.of(1)), false, 'there is no link')
      equal(low.log, ['up 1 direct'], 'no callback after close')
    },
  },
]

const joining: LinksCase[] = [
  {
    name: 'a channel from the rendezvous becomes a link',
    tabs: PAIR,
    async run(world) {
      const { low, high } = two(world)
      world.join(1, 0)
      await world.until(() => count(low, 'up') > 0 && count(high, 'up') > 0, 'the link')
      await exchange(world, low, high)
      equal([low.log, high.log], [['up 1 rendezvous'], ['up 0 rendezvous']], 'one link on each side')
      high.links.disconnect(low.nodeId, 'not needed')
      await world.until(() => count(low, 'down 1') > 0, 'the end on the other side')
    },
  },
  {
    name: 'a direct link replaces that of the rendezvous, and no message is lost',
    tabs: PAIR,
    async run(world) {
      const { low, high } = two(world)
      world.join(0, 1)
      await world.until(() => count(low, 'up') > 0 && count(high, 'up') > 0, 'the first link')
      let sent = 0
      const send = (): void => {
        for (const [from, to] of [[low, high] as const, [high, low] as const]) {
          assert(from.links.send(to.nodeId, Uint8Array.of(sent >> 8, sent & 0xff)), 'there is always a link')
        }
        sent += 1
      }
      for (let index = 0; index < 50; index += 1) send()
      high.links.connect(low.nodeId, 'neighbour')
      await world.until(() => {
        if (sent < 2_000) send()
        return count(low, 'up 1 direct') > 0 && count(high, 'up 0 direct') > 0
      }, 'the direct link')
      for (let index = 0; index < 50; index += 1) send()
      await world.until(() => low.inbox.length >= sent && high.inbox.length >= sent, 'all messages')
      for (const { inbox } of [low, high]) {
        equal(inbox.length, sent, 'each message once')
        equal(new Set(inbox.map(({ message }) => toHex(message))).size, sent, 'all of them')
      }
      equal([low.log.length, high.log.length], [2, 2], 'no link went down')
    },
  },
]

export const linksContract: readonly LinksCase[] = [...opening, ...failing, ...talking, ...joining]
