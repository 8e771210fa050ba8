import { expect, test } from 'vitest'
import type { NodeId } from '../base/identity.ts'
import { Rng } from '../base/rng.ts'
import { Schedule } from '../base/schedule.ts'
import type { Context } from './context.ts'
import { limitsOf } from './limits.ts'
import { LinkTable } from './links.ts'
import type { RingMessage } from './messages.ts'
import { MAX_ROUTES } from './route-memory.ts'
import { Routes } from './routes.ts'

const id = (digit: string): NodeId => digit.repeat(32)
const [SELF, ASKER, FLOODER, NEXT, TARGET] = ['1', '2', '3', '8', '9'].map(id) as [NodeId, NodeId, NodeId, NodeId, NodeId]

function setUp() {
  const schedule = new Schedule(1_000)
  const sent: { readonly to: NodeId; readonly message: RingMessage }[] = []
  const send = (to: NodeId, message: RingMessage): boolean => sent.push({ to, message }) > 0
  const limits = limitsOf({ nodeId: SELF, n: 3, linkBudget: 14, slotMs: 1_000 })
  const port = { rng: new Rng([1, 2, 3, 4]), schedule, send } as unknown as Context['port']
  const nowMs = (): number => schedule.steadyMs
  const context: Context = {
    nodeId: SELF,
    limits,
    port,
    nowMs,
    clockMs: nowMs,
    after: (ms, action) => schedule.after(ms, action),
    touch: () => {},
  }
  const links = new LinkTable(1_000)
  const linked = [ASKER, FLOODER, NEXT]
  for (const peer of linked) links.open({ peer, transport: 'direct', purpose: 'neighbour', initiator: true }, nowMs())
  const surroundings = { nodeId: SELF, linked, covers: () => false, via: () => [] }
  const routes = new Routes(context, links, {
    surroundings: () => surroundings,
    isMember: () => true,
    onSilent: () => {},
    onArrived: () => null,
  })
  return { routes, sent }
}

function find(number: number): Extract<RingMessage, { type: 'route' }> {
  const route = number.toString(16).padStart(32, '0')
  return { type: 'route', route, target: TARGET, exact: false, hops: 0, body: { type: 'find' } }
}

test('a link that floods routes loses its own ways back, and nobody else does', () => {
  const { routes, sent } = setUp()
  const asked = find(0)
  routes.onRoute(ASKER, asked)
  for (let number = 1; number <= 2 * MAX_ROUTES; number += 1) routes.onRoute(FLOODER, find(number))
  expect(routes.size).toBe(MAX_ROUTES)
  const body = { type: 'found' as const, node: NEXT, predecessors: [], successors: [TARGET], hops: 2 }
  routes.onReply(NEXT, asked.route, body)
  expect(sent).toContainEqual({ to: ASKER, message: { type: 'route-reply', route: asked.route, body } })
  // The flooder's newest is remembered, its oldest is not.
  routes.onReply(NEXT, find(1).route, body)
  routes.onReply(NEXT, find(2 * MAX_ROUTES).route, body)
  const answered = sent.flatMap(({ to, message }) => (to === FLOODER && message.type === 'route-reply' ? [message.route] : []))
  expect(answered).toEqual([find(2 * MAX_ROUTES).route])
})
