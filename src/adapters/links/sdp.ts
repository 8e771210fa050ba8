/**
 * What may be fed to simple-peer: an SDP for one data channel and nothing else. The browser's parser is lenient; this check is not,
 * so that what is signed, what is checked and what the browser does are the same thing.
 */
import { MAX_SDP_BYTES } from '../../ring/messages.ts'

/** Sound: with the DTLS fingerprint, as "sha-256 AB:CD…". Otherwise why not. */
export type CheckedSdp = { readonly ok: true; readonly fingerprint: string } | { readonly ok: false; readonly reason: string }

const LINE = /^[abcostv]=[\x20-\x7e]*$/
const MEDIA_LINE = /^m=application \d{1,5} (?:UDP|TCP)\/DTLS\/SCTP webrtc-datachannel$/
const FINGERPRINT_LINE = /^a=fingerprint:sha-256 ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})$/i
const SETUP_LINE = /^a=setup:(actpass|active|passive)$/
/** Chrome and Firefox write 15 to 60 lines; each candidate is one. */
const MAX_LINES = 400

/** Checks an SDP before the browser sees it: size, characters, exactly one m-line (application), one sha-256 fingerprint, the role of its kind. */
export function checkSdp(kind: 'offer' | 'answer', sdp: string): CheckedSdp {
  if (sdp.length > MAX_SDP_BYTES) return refused('too long')
  const lines = sdp.replace(/\r?\n$/, '').split(/\r?\n/)
  if (lines.length > MAX_LINES) return refused('too many lines')
  if (lines[0] !== 'v=0') return refused('not version 0')
  const media = lines.filter((line) => line.startsWith('m='))
  if (media.length !== 1 || !MEDIA_LINE.test(media[0] as string)) return refused('not exactly one data channel')
  if (!lines.every((line) => LINE.test(line) || line === media[0])) return refused('unknown lines')
  const setups = lines.filter((line) => line.startsWith('a=setup:')).map((line) => SETUP_LINE.exec(line)?.[1])
  if (setups.length !== 1 || setups[0] === undefined || (setups[0] === 'actpass') !== (kind === 'offer')) return refused(`no ${kind}`)
  const fingerprint = fingerprintOf(sdp)
  return fingerprint === undefined ? refused('not exactly one sha-256 fingerprint') : { ok: true, fingerprint }
}

/** The only DTLS fingerprint in an SDP, "sha-256 AB:CD…" with upper-case hex; undefined when there is none, another kind, or different ones. */
export function fingerprintOf(sdp: string): string | undefined {
  const lines = sdp.split(/\r?\n/).filter((line) => /^a=fingerprint/i.test(line))
  const values = new Set(lines.map((line) => FINGERPRINT_LINE.exec(line)?.[1]?.toUpperCase()))
  const [value] = values
  return values.size === 1 && value !== undefined ? `sha-256 ${value}` : undefined
}

/** How a device may be reached: host, by its own address; srflx, as a STUN server sees it; relay, by way of a TURN server. */
export type CandidateKind = 'host' | 'srflx' | 'relay'

/** The kinds of the ICE candidates in an SDP, one for each of them. */
export function candidateKinds(sdp: string): CandidateKind[] {
  return [...sdp.matchAll(/^a=candidate:.* typ (host|srflx|relay)\b/gm)].map(([, kind]) => kind as CandidateKind)
}

function refused(what: string): CheckedSdp {
  return { ok: false, reason: `SDP refused: ${what}` }
}
