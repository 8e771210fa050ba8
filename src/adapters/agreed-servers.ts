/** PeerServers that the person agreed to use beside those of config.json; kept in this browser, for this origin. */
import type { RendezvousConfig } from '../wire/config.ts'
import { serverOf, serverText } from './invite.ts'

const KEY = 'peermart/agreed-servers'
/** Later ones take the place of the oldest. */
const MOST_AGREED = 4
/** Longer texts are not ours. */
const MOST_CHARACTERS = 4_000

/** The latest first. None when this browser keeps nothing, or what it kept is damaged. */
export function agreedServers(): RendezvousConfig[] {
  try {
    const text = localStorage.getItem(KEY) ?? ''
    const texts = text.length > MOST_CHARACTERS ? [] : text.split(' ').slice(0, MOST_AGREED)
    return texts.map(serverOf).filter((server) => server !== null)
  } catch {
    return []
  }
}

/** False when this browser does not keep it. */
export function agreeToServers(servers: readonly RendezvousConfig[]): boolean {
  const texts = [...new Set([...servers, ...agreedServers()].map(serverText))].slice(0, MOST_AGREED)
  try {
    localStorage.setItem(KEY, texts.join(' '))
    return true
  } catch {
    return false
  }
}
