import { expect, test } from 'vitest'
import type { LinkView } from '../../peer/view.ts'
import { placeOf, pointAt, ringPeers } from './ring-peers.ts'

const id = (start: string) => start.padEnd(32, '0')
const [self, next, far, last] = [id('1'), id('4'), id('9'), id('f')] as [string, string, string, string]
const LINK: LinkView = { peer: next, transport: 'direct', purposes: ['neighbour'], roundTripMs: 40, sinceMs: 0 }
const VIEW = {
  nodeId: self,
  predecessors: [last, far],
  successors: [next],
  fingers: [{ exponent: 127, start: id('9'), peer: far, linked: false }],
  links: [LINK],
}

test('each peer is there once, by place, with what it is known for', () => {
  const peers = ringPeers(VIEW, null)
  expect(peers.map(({ peer }) => peer)).toEqual([self, next, far, last])
  expect(peers[0]).toMatchObject({ isSelf: true, place: 1 / 16, successor: 0, predecessor: 0, link: null })
  expect(peers[1]).toMatchObject({ isSelf: false, successor: 1, predecessor: 0, isFinger: false, link: LINK })
  expect(peers[2]).toMatchObject({ predecessor: 2, isFinger: true, isBroker: false })
})

test('the brokers of a service are the closest of those known, this one included', () => {
  const brokers = (n: number) => ringPeers(VIEW, { serviceId: id('e'), n }).flatMap(({ peer, isBroker }) => (isBroker ? [peer] : []))
  expect(brokers(2)).toEqual([self, last])
  expect(brokers(8)).toEqual([self, next, far, last])
})

test('places go clockwise from the top', () => {
  expect(placeOf(id('8'))).toBe(0.5)
  expect(pointAt(0, 100)).toEqual([0, -100])
  expect(pointAt(0.25, 100)).toEqual([100, -0])
})
