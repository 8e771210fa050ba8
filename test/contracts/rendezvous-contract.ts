/**
 * What every Rendezvous does, real or simulated. Cases over a world, for any test framework:
 * `for (const { name, run } of rendezvousContract) test(name, async () => run(await createWorld()))`.
 */
import { assert } from '../../src/base/assert.ts'
import type { NodeId } from '../../src/base/identity.ts'
import type { Channel, Rendezvous } from '../../src/peer/world.ts'

export interface RendezvousWorld {
  /** A tab of its own with this nodeId, of one network that only this world uses. Not listened to yet. */
  create(nodeId: NodeId): Rendezvous
  /** The means that all need, or null where there is none to stop, as among the tabs of one browser. */
  readonly server: { stop(): Promise<void>; start(): Promise<void> } | null
  /** Runs the world until the condition holds, `timeoutMs` at most; throws when it does not come. */
  until(condition: () => boolean, timeoutMs?: number): Promise<void>
}

export interface RendezvousCase {
  readonly name: string
  /** Only where there is a server to stop. */
  readonly needsServer?: boolean
  run(world: RendezvousWorld): Promise<void>
}

interface Sought {
  readonly contacts: number
  readonly held: boolean
  readonly reason: string
}

/** A tab with all that it was told. */
class Tab {
  readonly rendezvous: Rendezvous
  readonly nodeId: NodeId
  readonly channels: { readonly channel: Channel; readonly initiator: boolean; readonly frames: Uint8Array[]; closed: string | null }[] = []
  readonly sought: Sought[] = []
  /** Sends a frame at once on every new channel, as a handshake does. */
  greets = false
  #calling = false

  constructor(world: RendezvousWorld, nodeId: NodeId) {
    this.nodeId = nodeId
    this.rendezvous = world.create(nodeId)
    this.rendezvous.listen({
      onChannel: (channel, initiator) => {
        assert(!this.#calling, 'onChannel does not come within a call')
        const end = { channel, initiator, frames: [] as Uint8Array[], closed: null as string | null }
        this.channels.push(end)
        if (this.greets) channel.send(Uint8Array.of(200))
        channel.listen({
          onFrame: (frame) => end.frames.push(frame),
          onDrain: () => {},
          onClose: (reason) => {
            assert(end.closed === null, 'a channel closes once')
            end.closed = reason
          },
        })
      },
      onSought: (result) => {
        assert(!this.#calling, 'onSought does not come within a call')
        this.sought.push(result)
      },
    })
  }

  mode(mode: 'seek' | 'serve' | 'probe' | 'off', cached: readonly NodeId[] = []): void {
    this.#calling = true
    this.rendezvous.setMode(mode, cached)
    this.#calling = false
  }
}

function nodeIdOf(number: number): NodeId {
  return number.toString(16).padStart(2, '0').repeat(16)
}

function tabs(world: RendezvousWorld, count: number): Tab[] {
  return Array.from({ length: count }, (_, index) => new Tab(world, nodeIdOf(index + 1)))
}

/** A tab that founded the network and can be found. */
async function founder(world: RendezvousWorld): Promise<Tab> {
  const tab = new Tab(world, nodeIdOf(0))
  tab.mode('seek')
  await world.until(() => tab.sought.length === 1)
  tab.mode('serve')
  return tab
}

/** Seeks, expects to find somebody, and serves. */
async function join(world: RendezvousWorld, tab: Tab, cached: readonly NodeId[] = []): Promise<Sought> {
  tab.mode('seek', cached)
  await world.until(() => tab.sought.length === 1)
  tab.mode('serve')
  const [sought] = tab.sought
  assert(sought !== undefined && sought.contacts >= 1, `somebody is found: ${sought?.reason}`)
  return sought
}

function isPair(left: Channel, right: Channel): boolean {
  return left.localBinding === right.remoteBinding && left.remoteBinding === right.localBinding
}

function linked(left: Tab, right: Tab): boolean {
  return left.channels.some((mine) => right.channels.some((theirs) => isPair(mine.channel, theirs.channel)))
}

/** Every tab reaches every other over channels. */
function connected(all: readonly Tab[]): boolean {
  const reached = new Set(all.slice(0, 1))
  for (const tab of reached) for (const other of all) if (linked(tab, other)) reached.add(other)
  return reached.size === all.length
}

async function joinAtOnce(world: RendezvousWorld, count: number): Promise<void> {
  const all = tabs(world, count)
  for (const tab of all) tab.mode('seek')
  await world.until(() => all.every((tab) => tab.sought.length > 0))
  for (const tab of all) tab.mode('serve')
  await world.until(() => connected(all))
  const founders = all.filter((tab) => tab.sought[0]?.contacts === 0)
  assert(founders.length === 1, `one founds, the others found somebody: ${all.map((tab) => JSON.stringify(tab.sought[0])).join(' ')}`)
}

export const rendezvousContract: readonly RendezvousCase[] = [
  {
    name: 'alone, nobody is found, quickly, and nothing hindered it',
    async run(world) {
      const [tab] = tabs(world, 1) as [Tab]
      tab.mode('seek')
      await world.until(() => tab.sought.length === 1, 1_000)
      const [sought] = tab.sought
      assert(sought?.contacts === 0 && sought.reason === '', `nobody, for no reason: ${sought?.reason}`)
      assert(sought.held === (world.server !== null), 'with a server, a well-known id is held')
    },
  },
  {
    name: 'two find each other: one channel has two ends, with swapped bindings, and carries frames both ways in order',
    async run(world) {
      const first = await founder(world)
      const [second] = tabs(world, 1) as [Tab]
      await join(world, second)
      await world.until(() => linked(first, second))
      const mine = second.channels[0]
      const theirs = first.channels.find(({ channel }) => mine && isPair(mine.channel, channel))
      assert(mine !== undefined && theirs !== undefined && mine.initiator && !theirs.initiator, 'who seeks is the initiator')
      const { localBinding, remoteBinding, transport } = mine.channel
      assert(localBinding.length >= 16 && remoteBinding.length >= 16 && localBinding !== remoteBinding, 'the bindings are two')
      assert(transport === 'rendezvous', 'the transport is the rendezvous')
      for (let index = 0; index < 50; index += 1) {
        mine.channel.send(Uint8Array.of(index, 1))
        theirs.channel.send(Uint8Array.of(index, 2))
      }
      mine.channel.send(new Uint8Array(16 * 1024).fill(7))
      await world.until(() => theirs.frames.length === 51 && mine.frames.length === 50)
      assert(
        theirs.frames.slice(0, 50).every((frame, index) => frame[0] === index && frame[1] === 1),
        'in order',
      )
      assert(theirs.frames[50]?.length === 16 * 1024, 'a frame of the largest size comes whole')
      await world.until(() => mine.channel.bufferedBytes === 0)
    },
  },
  {
    name: 'what either side says at once is not lost',
    async run(world) {
      const first = await founder(world)
      const [second] = tabs(world, 1) as [Tab]
      first.greets = true
      second.greets = true
      await join(world, second)
      const greeted = ({ channels }: Tab): boolean => channels.length > 0 && channels.every(({ frames }) => frames[0]?.[0] === 200)
      await world.until(() => greeted(first) && greeted(second))
    },
  },
  {
    name: 'two that start at once find each other',
    run: (world) => joinAtOnce(world, 2),
  },
  {
    name: 'eight that start at once become one connected set with one founder',
    run: (world) => joinAtOnce(world, 8),
  },
  {
    name: 'a joiner gets two contacts where there are two',
    async run(world) {
      await founder(world)
      const [second, third] = tabs(world, 2) as [Tab, Tab]
      await join(world, second)
      await join(world, third)
      const initiated = third.channels.filter(({ initiator }) => initiator)
      assert(third.sought[0]?.contacts === initiated.length, 'the contacts are the channels it opened')
      assert(initiated.length <= 2, 'and not more than two')
    },
  },
  {
    name: 'a cached peer is found too',
    async run(world) {
      const first = await founder(world)
      const [second] = tabs(world, 1) as [Tab]
      await join(world, second, [nodeIdOf(99), first.nodeId, second.nodeId])
      await world.until(() => linked(first, second))
    },
  },
  {
    name: 'a seek is reported once, also when another one takes its place, and each later seek again',
    async run(world) {
      const first = await founder(world)
      const [second] = tabs(world, 1) as [Tab]
      second.mode('seek')
      second.mode('seek')
      await world.until(() => second.sought.length > 0)
      second.mode('seek')
      await world.until(() => second.sought.length === 2)
      assert(first.sought.length === 1, 'the other one has nothing to report')
    },
  },
  {
    name: 'searches that are broken off leave no channel of which only one side knows',
    async run(world) {
      const first = await founder(world)
      const [second] = tabs(world, 1) as [Tab]
      // Each is given a little longer, so that calls are broken off wherever they are.
      for (const looks of [4, 8, 16, 32, 64]) {
        const before = second.sought.length
        let left = looks
        second.mode('seek')
        await world.until(() => second.sought.length > before || left-- === 0)
      }
      const before = second.sought.length
      second.mode('seek')
      await world.until(() => second.sought.length > before)
      const last = second.sought.at(-1)
      assert(last !== undefined && last.contacts >= 1, `somebody is found: ${last?.reason}`)
      const known = (mine: Tab, other: Tab) =>
        mine.channels.every(({ channel }) => other.channels.some((end) => isPair(channel, end.channel)))
      await world.until(() => known(first, second) && known(second, first))
    },
  },
  {
    name: 'a probe opens a channel to somebody, and reports nothing',
    async run(world) {
      const first = await founder(world)
      const [second] = tabs(world, 1) as [Tab]
      await join(world, second)
      await world.until(() => linked(first, second))
      const before = second.channels.length
      second.mode('probe')
      await world.until(() => second.channels.length > before && linked(first, second))
      assert(second.sought.length === 1 && second.channels.at(-1)?.initiator === true, 'it is the initiator')
    },
  },
  {
    name: 'a channel that one side closes ends on the other, after what was sent; its own side hears nothing',
    async run(world) {
      const first = await founder(world)
      const [second] = tabs(world, 1) as [Tab]
      await join(world, second)
      await world.until(() => linked(first, second))
      const mine = second.channels[0]
      const theirs = first.channels.find(({ channel }) => mine && isPair(mine.channel, channel))
      assert(mine !== undefined && theirs !== undefined, 'there is a pair')
      mine.channel.send(Uint8Array.of(1))
      mine.channel.close()
      mine.channel.send(Uint8Array.of(2))
      await world.until(() => theirs.closed !== null)
      assert(theirs.closed !== '' && theirs.frames.length === 1, 'the frame before the close came, the one after it did not')
      assert(mine.closed === null, 'who closes is not told')
      theirs.channel.send(Uint8Array.of(3))
    },
  },
  {
    name: 'what closes its rendezvous ends its channels, and is not found any more',
    async run(world) {
      const first = await founder(world)
      const [second, third] = tabs(world, 2) as [Tab, Tab]
      await join(world, second)
      await world.until(() => linked(first, second))
      first.rendezvous.close()
      await world.until(() => second.channels.every(({ closed }) => closed !== null))
      third.mode('seek')
      await world.until(() => third.sought.length === 1)
      assert(!linked(first, third), 'the closed one is not found')
    },
  },
  {
    name: 'off: not found any more, and what is open stays',
    async run(world) {
      const first = await founder(world)
      const [second, third] = tabs(world, 2) as [Tab, Tab]
      await join(world, second)
      await world.until(() => linked(first, second))
      first.mode('off')
      second.mode('off')
      third.mode('seek')
      await world.until(() => third.sought.length === 1)
      assert(third.sought[0]?.contacts === 0 && third.channels.length === 0, 'nobody is found')
      const mine = second.channels[0]
      assert(mine !== undefined && mine.closed === null, 'the channel is open')
      mine.channel.send(Uint8Array.of(5))
      await world.until(() => first.channels.some(({ frames }) => frames.length === 1))
    },
  },
  {
    name: 'without the server: nobody is found, soon and with a reason; with it again, somebody is, by itself',
    needsServer: true,
    async run(world) {
      await world.server?.stop()
      const [first, second] = tabs(world, 2) as [Tab, Tab]
      for (const tab of [first, second]) tab.mode('seek')
      await world.until(() => first.sought.length === 1 && second.sought.length === 1, 2_500)
      for (const tab of [first, second]) {
        const [sought] = tab.sought
        assert(sought?.contacts === 0 && !sought.held, 'nobody is found, nothing held')
        assert(sought.reason.startsWith('no rendezvous server reachable: '), `a person can read why: ${sought.reason}`)
        tab.mode('serve')
      }
      await world.server?.start()
      await world.until(() => linked(first, second), 20_000)
      assert(first.sought.length === 1 && second.sought.length === 1, 'the seek was reported once')
    },
  },
  {
    name: 'a server that went away and came back: channels stayed, and who could be found can be found again',
    needsServer: true,
    async run(world) {
      const first = await founder(world)
      const [second, third] = tabs(world, 2) as [Tab, Tab]
      await join(world, second)
      await world.until(() => linked(first, second))
      await world.server?.stop()
      second.channels[0]?.channel.send(Uint8Array.of(5))
      await world.until(() => first.channels.some(({ frames }) => frames.length === 1))
      await world.server?.start()
      third.mode('seek')
      await world.until(() => third.sought.length === 1)
      third.mode('serve')
      await world.until(() => linked(first, third) || linked(second, third), 30_000)
    },
  },
]
