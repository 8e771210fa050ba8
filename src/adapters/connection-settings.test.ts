import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type ConnectionSettings, checkConnectionSettings, keepConnectionSettings, keptConnectionSettings } from './connection-settings.ts'

const TURN = { urls: ['turn:turn.example.org:3478'], username: 'market', credential: 'word' }
const STUN = { urls: ['stun:stun.example.org:3478'] }
const GOOD: ConnectionSettings = { servers: ['s!peers.example.org:443/peerjs', 'localhost:9000/'], ice: [STUN, TURN], relayOnly: true }
const NONE: ConnectionSettings = { servers: [], ice: [], relayOnly: false }

test('what is right is taken as it is, each server once', () => {
  expect(checkConnectionSettings(GOOD, [])).toEqual({ ok: true, settings: GOOD })
  expect(checkConnectionSettings({ ...GOOD, servers: [...GOOD.servers, ...GOOD.servers] }, [])).toEqual({ ok: true, settings: GOOD })
})

describe('what is wrong is refused, at its field', () => {
  const long = Array.from({ length: 9 }, (_, at) => `host${at}:1/`)
  const cases: readonly (readonly [string, unknown])[] = [
    ['settings', null],
    ['settings', 'peers.example.org:443/'],
    ['settings', { ...GOOD, port: 1 }],
    ['servers', { ...GOOD, servers: 'peers.example.org:443/' }],
    ['servers', { ...GOOD, servers: long }],
    ['servers[1]', { ...GOOD, servers: ['localhost:9000/', 'peers.example.org'] }],
    ['servers[0]', { ...GOOD, servers: ['https://peers.example.org:443/'] }],
    ['servers[0]', { ...GOOD, servers: [443] }],
    ['servers[0]', { ...GOOD, servers: [':0/peerjs'] }],
    ['ice', { ...GOOD, ice: long.map(() => STUN) }],
    ['ice[0]', { ...GOOD, ice: ['stun:stun.example.org'] }],
    ['ice[1].urls', { ...GOOD, ice: [STUN, { urls: ['http://x'] }] }],
    ['ice[0].urls', { ...GOOD, ice: [{ urls: [] }] }],
    ['ice[0].username', { ...GOOD, ice: [{ urls: TURN.urls }] }],
    ['ice[0].credential', { ...GOOD, ice: [{ urls: TURN.urls, username: 'market' }] }],
    ['ice[0]', { ...GOOD, ice: [{ ...TURN, port: 3478 }] }],
    ['relayOnly', { ...GOOD, relayOnly: 'yes' }],
  ]
  test.each(cases)('%s: %j', (field, value) => {
    expect(checkConnectionSettings(value, [TURN])).toMatchObject({ ok: false, field, message: expect.stringMatching(/ must be /) })
  })
})

test('relay only needs a TURN server, of the person or of config.json', () => {
  const bare = { ...GOOD, ice: [STUN] }
  expect(checkConnectionSettings(bare, [STUN])).toMatchObject({ ok: false, field: 'relayOnly', message: expect.stringMatching(/TURN/) })
  expect(checkConnectionSettings(bare, [TURN])).toMatchObject({ ok: true })
  expect(checkConnectionSettings({ ...bare, relayOnly: false }, [])).toMatchObject({ ok: true })
})

describe('in the browser', () => {
  const kept = new Map<string, string>()
  beforeEach(() => {
    kept.clear()
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, text: string) => kept.set(key, text),
    })
  })
  afterEach(() => vi.unstubAllGlobals())

  test('what was kept is read again; before that there is nothing', () => {
    expect(keptConnectionSettings()).toEqual({ settings: NONE, problem: '' })
    expect(keepConnectionSettings(GOOD)).toBe(true)
    expect(keptConnectionSettings()).toEqual({ settings: GOOD, problem: '' })
  })

  test('relay only is kept to, also when no TURN server is left', () => {
    keepConnectionSettings({ ...NONE, relayOnly: true })
    expect(keptConnectionSettings()).toEqual({ settings: { ...NONE, relayOnly: true }, problem: '' })
  })

  test.each(['', 'x', '{}', '[]', 'null', JSON.stringify({ ...GOOD, servers: ['x'] }), JSON.stringify(GOOD) + ' '.repeat(50_000)])(
    'what is damaged is not used, and said: %#',
    (text) => {
      keepConnectionSettings(GOOD)
      for (const key of kept.keys()) kept.set(key, text)
      const hidden = { ...NONE, relayOnly: true }
      expect(keptConnectionSettings()).toEqual({ settings: hidden, problem: expect.stringMatching(/damaged and not used/) })
    },
  )

  test('what is damaged shows the address only where it says so', () => {
    keepConnectionSettings(GOOD)
    for (const key of kept.keys()) kept.set(key, JSON.stringify({ ...GOOD, relayOnly: false, servers: ['x'] }))
    expect(keptConnectionSettings()).toEqual({ settings: NONE, problem: expect.stringMatching(/damaged and not used/) })
  })

  test('a browser that keeps nothing has nothing, and says that it keeps nothing', () => {
    const refuse = () => {
      throw new Error('denied')
    }
    vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse })
    expect(keptConnectionSettings()).toEqual({ settings: NONE, problem: '' })
    expect(keepConnectionSettings(GOOD)).toBe(false)
  })
})
