import { describe, expect, test } from 'vitest'
import { randomFingerprint, sampleSdp } from '../../../test/contracts/links-memory.ts'
import { checkSdp, fingerprintOf } from './sdp.ts'

const fingerprint = randomFingerprint()
const offer = sampleSdp('offer', fingerprint)
const line = `a=fingerprint:${fingerprint}`

describe('an SDP for one data channel', () => {
  test('passes, with its fingerprint', () => {
    expect(checkSdp('offer', offer)).toEqual({ ok: true, fingerprint })
    expect(checkSdp('answer', sampleSdp('answer', fingerprint))).toEqual({ ok: true, fingerprint })
    expect(checkSdp('offer', offer.replaceAll('\r\n', '\n'))).toEqual({ ok: true, fingerprint })
    expect(checkSdp('offer', offer.replace(line, line.toLowerCase()))).toEqual({ ok: true, fingerprint })
    expect(checkSdp('offer', offer.replace(line, `${line}\r\n${line}`))).toEqual({ ok: true, fingerprint })
  })
})

describe('an SDP is refused with', () => {
  test.each([
    ['too much', `${offer}a=x:${'y'.repeat(12_000)}\r\n`, 'too long'],
    ['too many lines', offer + 'a=x\r\n'.repeat(400), 'too many lines'],
    ['nothing', '', 'not version 0'],
    ['no SDP', '{"candidate":""}', 'not version 0'],
    ['audio', offer.replace('m=application', 'm=audio'), 'not exactly one data channel'],
    ['video besides', `${offer}m=video 9 UDP/TLS/RTP/SAVPF 96\r\n`, 'not exactly one data channel'],
    ['no media', offer.replace(/m=.*\r\n/, ''), 'not exactly one data channel'],
    ['two data channels', `${offer}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n`, 'not exactly one data channel'],
    ['a bare carriage return', offer.replace('a=mid:0', `a=mid:0\ra=fingerprint:${randomFingerprint()}`), 'unknown lines'],
    ['a line of another kind', `${offer}k=clear:x\r\n`, 'unknown lines'],
    ['a null', offer.replace('a=mid:0', 'a=mid:0\0'), 'unknown lines'],
    ['no fingerprint', offer.replace(`${line}\r\n`, ''), 'not exactly one sha-256 fingerprint'],
    ['another fingerprint besides', `${offer}a=fingerprint:${randomFingerprint()}\r\n`, 'not exactly one sha-256 fingerprint'],
    ['a weaker fingerprint besides', `${offer}a=fingerprint:sha-1 AB:CD\r\n`, 'not exactly one sha-256 fingerprint'],
    ['a cut fingerprint', offer.replace(line, line.slice(0, -3)), 'not exactly one sha-256 fingerprint'],
    ['an answer for an offer', sampleSdp('answer', fingerprint), 'no offer'],
  ])('%s', (_what, sdp, reason) => {
    expect(checkSdp('offer', sdp)).toEqual({ ok: false, reason: `SDP refused: ${reason}` })
  })

  test('an offer for an answer', () => {
    expect(checkSdp('answer', offer)).toEqual({ ok: false, reason: 'SDP refused: no answer' })
  })
})

test('a fingerprint is read from both line ends, and not when there are two', () => {
  expect(fingerprintOf(`v=0\n${line}\n`)).toBe(fingerprint)
  expect(fingerprintOf(`${line}\r\na=fingerprint:${randomFingerprint()}`)).toBeUndefined()
  expect(fingerprintOf('v=0')).toBeUndefined()
})
