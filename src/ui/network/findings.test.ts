import { describe, expect, test } from 'vitest'
import type { LinkView } from '../../peer/view.ts'
import { type Circumstances, diagnose } from './findings.ts'

const LINK: LinkView = { peer: 'ab'.repeat(16), transport: 'direct', purposes: ['neighbour'], roundTripMs: 40, sinceMs: 0 }
const OPEN = { address: 'peers.example.org:443/', state: 'open', sinceMs: 0, detail: '' } as const
const DEAD = { ...OPEN, address: 'dead.example.org:443/', state: 'failed', detail: 'it does not answer' } as const
const NONE = { host: 0, srflx: 0, relay: 0 }
const ATTEMPTS = { begun: 0, opened: 0, failed: 0, refused: 0 }

interface Change {
  readonly diagnosis?: Partial<Circumstances['diagnosis']>
  readonly view?: Partial<NonNullable<Circumstances['view']>>
  readonly rest?: Partial<Pick<Circumstances, 'relayOnly' | 'slotMs' | 'sleptMs'>>
}

/** A tab for which all is well, but for what is changed. */
function found({ diagnosis, view, rest }: Change) {
  const traffic = { sent: 0, received: 0, sentBytes: 0, receivedBytes: 0 }
  const attempts = { ...ATTEMPTS, begun: 1, opened: 1 }
  return diagnose({
    diagnosis: { online: true, servers: [OPEN], attempts, candidates: { ...NONE, host: 1 }, traffic, ...diagnosis },
    view: { state: 'joined', notice: '', peers: 2, links: [LINK], clockOff: false, clockOffsetMs: 0, ...view },
    relayOnly: false,
    slotMs: 1_000,
    sleptMs: 0,
    ...rest,
  }).map(({ id, level, where }) => `${id} ${level} ${where}`)
}

const LINKLESS = { links: [], peers: 0 }
const failing = (candidates: Circumstances['diagnosis']['candidates']) => ({
  attempts: { ...ATTEMPTS, begun: 3, failed: 3 },
  candidates,
})

describe('what the figures mean', () => {
  const cases: readonly (readonly [string, Change, readonly string[]])[] = [
    ['all well', {}, ['well good nowhere']],
    ['a page without servers', { diagnosis: { servers: [] } }, ['well good nowhere']],
    ['offline, whatever else', { diagnosis: { online: false, servers: [DEAD] }, view: LINKLESS }, ['offline bad here']],
    ['left the market', { view: { state: 'stopped' } }, ['stopped bad here']],
    ['no server, and nobody else', { diagnosis: { servers: [DEAD] }, view: { ...LINKLESS, state: 'seeking' } }, ['noServer bad between']],
    ['no server, but links', { diagnosis: { servers: [DEAD] } }, ['noServer warning between']],
    ['one of two servers', { diagnosis: { servers: [OPEN, DEAD] } }, ['someServers note between']],
    ['alone', { view: LINKLESS }, ['alone note there']],
    [
      'alone, and a server is out',
      { diagnosis: { servers: [OPEN, DEAD] }, view: LINKLESS },
      ['someServers note between', 'alone note there'],
    ],
    ['others cannot be reached', { view: { ...LINKLESS, state: 'seeking', notice: 'nobody' } }, ['unreached warning between']],
    ['still starting', { view: { ...LINKLESS, state: 'joining' } }, ['starting note nowhere']],
    ['no candidates', { diagnosis: failing(NONE), view: { ...LINKLESS, peers: 1 } }, ['noCandidates bad here']],
    ['host candidates only', { diagnosis: failing({ ...NONE, host: 2 }), view: { ...LINKLESS, peers: 1 } }, ['onlyHost bad between']],
    ['links fail', { diagnosis: failing({ ...NONE, host: 2, srflx: 1 }), view: { ...LINKLESS, peers: 1 } }, ['linksFail bad between']],
    ['failures while others hold', { diagnosis: failing({ ...NONE, host: 2 }) }, ['well good nowhere']],
    [
      'relay only, and no relay',
      { diagnosis: failing(NONE), view: { ...LINKLESS, peers: 1 }, rest: { relayOnly: true } },
      ['relayFails bad here'],
    ],
    ['clock off', { view: { clockOff: true, clockOffsetMs: 5_000 } }, ['clock warning here']],
    ['slow', { view: { links: [LINK, { ...LINK, roundTripMs: 1_500 }, { ...LINK, roundTripMs: 2_000 }] } }, ['slow warning between']],
    ['one slow link', { view: { links: [LINK, LINK, { ...LINK, roundTripMs: 2_000 }] } }, ['well good nowhere']],
    ['was asleep', { rest: { sleptMs: 90_000 } }, ['slept note here']],
  ]
  test.each(cases)('%s', (_name, change, expected) => {
    expect(found(change)).toEqual(expected)
  })

  test('several at once: the worst first', () => {
    const all = found({ diagnosis: { servers: [DEAD] }, view: { ...LINKLESS, state: 'seeking', clockOff: true }, rest: { sleptMs: 1 } })
    expect(all).toEqual(['noServer bad between', 'clock warning here', 'slept note here'])
  })

  test('before there is a peer it is starting', () => {
    const traffic = { sent: 0, received: 0, sentBytes: 0, receivedBytes: 0 }
    const diagnosis = { online: true, servers: [], attempts: ATTEMPTS, candidates: NONE, traffic }
    expect(diagnose({ diagnosis, view: null, relayOnly: false, slotMs: 1_000, sleptMs: 0 })).toMatchObject([{ id: 'starting' }])
  })
})
