/**
 * The page's second content security policy. The first, in index.html, cannot know the servers of config.json, so it allows every WebSocket.
 * A policy in the page can only be narrowed: both hold from now on.
 */
import type { ServerAddress } from './rendezvous/station.ts'

/** `connect-src` for the page's own host and these servers. It does not govern WebRTC. */
export function policyFor(servers: readonly ServerAddress[]): string {
  const sources = servers.map(sourceOf)
  return `connect-src ${[...new Set(["'self'", ...sources])].join(' ')}`
}

/** A policy has no words for an IPv6 address: there its whole scheme is allowed. */
function sourceOf({ host, port, secure }: ServerAddress): string {
  const scheme = secure ? 'wss:' : 'ws:'
  return host.startsWith('[') ? scheme : `${scheme}//${host}:${port}`
}

/** From now on this page reaches nobody but its own host and these servers, whatever runs in it. Their addresses are complete. */
export function narrowPolicy(servers: readonly ServerAddress[]): void {
  const meta = document.createElement('meta')
  meta.httpEquiv = 'Content-Security-Policy'
  meta.content = policyFor(servers)
  document.head.append(meta)
}
