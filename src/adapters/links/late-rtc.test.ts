import { expect, test } from 'vitest'
import { createLateRtc } from './late-rtc.ts'
import type { OpenRtc, RtcListener } from './webrtc-channel.ts'

const OPTIONS = { initiator: true, iceServers: [], relayOnly: false }

/** An attempt's listener, and an opener, that write down what happens. */
function recorder() {
  const log: string[] = []
  const listener: RtcListener = { onSdp: () => {}, onOpen: () => {}, onFail: (reason) => log.push(`failed: ${reason}`) }
  const open: OpenRtc = () => {
    log.push('opened')
    return { accept: (sdp) => log.push(`accepted ${sdp}`), close: () => log.push('closed') }
  }
  return { log, listener, open }
}

/** Lets all that waits for settled promises run. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

test('an attempt before the code is there gets its SDP once it is; later ones open at once', async () => {
  const { log, listener, open } = recorder()
  let loads = 0
  const late = createLateRtc(async () => {
    loads += 1
    return open
  })
  const rtc = late.open(OPTIONS, listener)
  rtc.accept('a')
  expect(log).toEqual([])
  await settle()
  expect(log).toEqual(['opened', 'accepted a'])
  rtc.close()
  late.open(OPTIONS, listener)
  expect(log).toEqual(['opened', 'accepted a', 'closed', 'opened'])
  expect(loads).toBe(1)
})

test('an attempt that was closed while it waited constructs nothing', async () => {
  const { log, listener, open } = recorder()
  createLateRtc(async () => open)
    .open(OPTIONS, listener)
    .close()
  await settle()
  expect(log).toEqual([])
})

test('code that does not come fails the attempt, and the next one asks for it again', async () => {
  const { log, listener, open } = recorder()
  let loads = 0
  const late = createLateRtc(async () => {
    loads += 1
    if (loads === 1) throw new Error('out of reach')
    return open
  })
  late.open(OPTIONS, listener)
  await settle()
  expect(log).toEqual(['failed: no WebRTC: out of reach'])
  late.open(OPTIONS, listener)
  await settle()
  expect(log).toEqual(['failed: no WebRTC: out of reach', 'opened'])
})

test('a browser without WebRTC fails an attempt that waited', async () => {
  const { log, listener } = recorder()
  const late = createLateRtc(async () => () => {
    throw new Error('RTCPeerConnection is not defined')
  })
  late.open(OPTIONS, listener)
  await settle()
  expect(log).toEqual(['failed: no WebRTC: RTCPeerConnection is not defined'])
})
