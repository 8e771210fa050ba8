import { expect, test } from 'vitest'
import { complaintOf, fieldsOf, settingsOf, withoutBlanks } from './connection-fields.ts'

const SETTINGS = {
  servers: ['s!peers.example.org:443/peerjs', 'localhost:9000/'],
  ice: [{ urls: ['stun:a:1', 'stun:b:2'] }, { urls: ['turn:t:3'], username: 'me', credential: 'word' }],
  relayOnly: true,
}

test('settings are shown as addresses, and are the same when they are read again', () => {
  const fields = fieldsOf(SETTINGS)
  expect(fields.servers).toEqual(['https://peers.example.org:443/peerjs', 'http://localhost:9000/'])
  expect(fields.ice[0]).toEqual({ urls: 'stun:a:1 stun:b:2', username: '', credential: '' })
  expect(settingsOf(fields)).toEqual(SETTINGS)
})

test.each([
  ['https://peers.example.org', 's!peers.example.org:443/'],
  [' http://localhost/peerjs ', 'localhost:80/peerjs'],
  ['peers.example.org:9000/', 'peers.example.org:9000/'],
  ['https://me@peers.example.org/', 'https://me@peers.example.org/'],
  ['nowhere', 'nowhere'],
])('the address %j is the server %j', (typed, server) => {
  expect(settingsOf({ servers: [typed], ice: [], relayOnly: false }).servers).toEqual([server])
})

test('rows in which nothing was typed are left out', () => {
  const blank = { urls: ' ', username: '', credential: '' }
  expect(withoutBlanks({ servers: ['', ' ', 'x'], ice: [blank, { ...blank, username: 'me' }], relayOnly: false })).toEqual({
    servers: ['x'],
    ice: [{ ...blank, username: 'me' }],
    relayOnly: false,
  })
})

test.each([
  ['servers[2]', { name: 'server2', complaint: 'server' }],
  ['servers', { name: 'form', complaint: 'servers' }],
  ['ice[0]', { name: 'iceUrls0', complaint: 'iceUrls' }],
  ['ice[1].urls', { name: 'iceUrls1', complaint: 'iceUrls' }],
  ['ice[1].username', { name: 'iceUser1', complaint: 'iceUser' }],
  ['ice[1].credential', { name: 'iceWord1', complaint: 'iceWord' }],
  ['relayOnly', { name: 'relayOnly', complaint: 'relayOnly' }],
  ['other', null],
])('what the API says of %s is said at its field', (field, expected) => {
  expect(complaintOf({ code: 'invalid-argument', field })).toEqual(expected)
})
