import { describe, expect, test } from 'vitest'
import type { Service } from '../market/service.ts'
import type { RendezvousConfig } from '../wire/config.ts'
import { invitationHash, linkHash, otherNetworkWords, readLink, serverOf, serversQuestion, serverText, unknownServers } from './invite.ts'

const SERVICE: Service = { name: 'Wood', kind: 'general', unit: 'crate', currency: 'EUR', decimals: 2, tags: [], file: null }
const ID = 'ab'.repeat(16)
const INVITER = '0f'.repeat(16)
const NETWORK = `holz & märkte #1=?#${'0123456789abcdef'}`
const PLAIN: RendezvousConfig = { host: 'localhost', port: 9000, path: '/peerjs', secure: false }
const SECURE: RendezvousConfig = { host: 'peers.example.org', port: 443, path: '/a%20b/', secure: true }
const IPV6: RendezvousConfig = { host: '[::1]', port: 80, path: '/', secure: false }
const OWN: RendezvousConfig = { host: '', port: 0, path: '/peerjs', secure: false }
const service = { serviceId: ID, service: SERVICE }

/** A link with this query. */
const read = (query: string) => readLink(`https://page.example/#/s/${ID}?${query}`)

test('what a link says is read again from the whole link and from its hash', () => {
  const servers = [SECURE, IPV6]
  const hash = linkHash(service, { network: NETWORK, inviter: INVITER, servers })
  const wanted = { serviceId: ID, network: NETWORK, inviter: INVITER, servers, damaged: false }
  expect(readLink(hash)).toMatchObject(wanted)
  expect(readLink(`https://page.example/market/?a=b${hash}`)).toMatchObject(wanted)
  expect(new URL(`https://page.example/${hash}`).hash).toBe(hash)
})

test('a link may invite and open no service', () => {
  const hash = invitationHash({ network: NETWORK, inviter: INVITER, servers: [SECURE] })
  expect(hash).toMatch(/^#\/i\?n=/)
  const wanted = { serviceId: null, parameters: null, network: NETWORK, inviter: INVITER, servers: [SECURE], damaged: false }
  expect(readLink(`https://page.example/market/${hash}`)).toEqual(wanted)
  expect(readLink('#/in?n=x')).toBeNull()
})

test('the hash has the known form', () => {
  const hash = linkHash(service, { network: `e2e#${'0'.repeat(16)}`, inviter: INVITER, servers: [PLAIN, SECURE] })
  const [start, parameters] = hash.split(/(?<=\?)p=([\w-]+)/)
  expect(start).toBe(`#/s/${ID}?`)
  expect(hash.split(parameters!)[1]).toBe(
    `&n=e2e%23${'0'.repeat(16)}&i=${INVITER}&r=localhost:9000/peerjs&r=s!peers.example.org:443/a%2520b/`,
  )
})

test('servers of the page itself are not named, and no more than two others', () => {
  const servers = [OWN, PLAIN, OWN, SECURE, IPV6]
  expect(readLink(linkHash(service, { network: null, inviter: null, servers }))?.servers).toEqual([PLAIN, SECURE])
  expect(linkHash(service, { network: null, inviter: null, servers: [OWN] })).toMatch(/\?p=[\w-]+$/)
})

test('a link with parameters alone, and one with nothing, are links', () => {
  const nothing = { network: null, inviter: null, servers: [], damaged: false }
  expect(read('p=abc')).toEqual({ serviceId: ID, parameters: 'abc', ...nothing })
  expect(readLink(`#/s/${ID.toUpperCase()}`)).toEqual({ serviceId: ID, parameters: null, ...nothing })
})

test.each(['', ID, '#', '#/', 'https://page.example/', `#/x/${ID}`, `#/s/${ID}?p=${'A'.repeat(10_000)}`])('no link: %s', (text) => {
  expect(readLink(text)).toBeNull()
})

describe('what is damaged or hostile gives nothing, and is noticed', () => {
  const digest = '0123456789abcdef'
  const networks = ['', 'e2e', `#${digest}`, `e2e#${digest}0`, `e2e#${digest.slice(1)}`, `e2e#${digest.toUpperCase()}`]
  const hostile = [`${'x'.repeat(65)}#${digest}`, `a\u202eb#${digest}`, `a\nb#${digest}`, `a\u0000#${digest}`]
  test.each([...networks, ...hostile])('network %j', (text) => {
    expect(read(`n=${encodeURIComponent(text)}`)).toMatchObject({ network: null, damaged: true })
  })

  test.each(['', INVITER.slice(1), `${INVITER}0`, INVITER.toUpperCase(), `g${INVITER.slice(1)}`, '<b>', '%', '%ff'])(
    'inviter %j',
    (text) => {
      expect(read(`i=${text}`)).toMatchObject({ inviter: null, damaged: true })
    },
  )

  test.each([
    '',
    'host',
    'host:1',
    ':1/',
    'host:/',
    'host:0/',
    'host:01/',
    'host:65536/',
    'host:99999999/',
    'host:-1/',
    'host:1.5/',
    'host:1/a?b',
    'host:1/a#b',
    'host:1/a b',
    'host:1/../a',
    `host:1/${'a'.repeat(300)}`,
    `${'a'.repeat(300)}:1/`,
    'user@host:1/',
    'user:word@host:1/',
    'http://host:1/',
    's!s!host:1/',
    'S!host:1/',
    'x!host:1/',
    'ho st:1/',
    'hóst:1/',
    'host/:1/',
    // Other spellings of addresses, which a person would not recognise.
    '2130706433:1/',
    '0x7f.1:1/',
    '127.1:1/',
    '1.2.3.999:1/',
    '[::1:1/',
    '[::0001]:1/',
    '[:::]:1/',
  ])('server %j', (text) => {
    expect(serverOf(text)).toBeNull()
    expect(read(`r=${encodeURIComponent(text)}`)).toMatchObject({ servers: [], damaged: true })
  })

  test('one part that is damaged leaves the others', () => {
    expect(read(`i=x&n=e2e%23${digest}&r=?&r=localhost:9000/peerjs`)).toMatchObject({
      network: `e2e#${digest}`,
      inviter: null,
      servers: [PLAIN],
      damaged: true,
    })
  })

  test('many servers are not read', () => {
    const query = Array.from({ length: 100 }, (_, at) => `r=host${at}:1/`).join('&')
    expect(read(query)?.servers).toMatchObject([{ host: 'host0' }, { host: 'host1' }])
  })
})

test.each([PLAIN, SECURE, IPV6])('a server is read again: $host', (server) => {
  expect(serverOf(serverText(server))).toEqual(server)
})

test('a server is known by its whole address, however its host and path are written', () => {
  const alike = { ...PLAIN, host: 'LocalHost', path: '/peerjs/' }
  const others = [
    { ...PLAIN, host: 'elsewhere' },
    { ...PLAIN, port: 9001 },
    { ...PLAIN, path: '/' },
    { ...PLAIN, secure: true },
  ]
  expect(unknownServers([alike, ...others, ...others], [PLAIN])).toEqual(others)
  expect(unknownServers([], [PLAIN])).toEqual([])
})

test('words for a person name both networks, and the servers', () => {
  const [own, other] = [`wood#${'0'.repeat(16)}`, `wood#${'1'.repeat(16)}`]
  expect(otherNetworkWords(other, own)).toMatch(new RegExp(`${other}; this page is of ${own}\\. Their parameters differ\\.`))
  expect(otherNetworkWords(other.replace('wood', 'coal'), own)).not.toMatch(/parameters/)
  expect(serversQuestion([PLAIN])).toMatch(/localhost:9000\. It will see your network address\. Use it\?$/)
  expect(serversQuestion([PLAIN, SECURE])).toMatch(/localhost:9000, peers\.example\.org:443\. They/)
})
