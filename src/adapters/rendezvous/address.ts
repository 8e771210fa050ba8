/** Where a PeerServer is. */
import type { ServerAddress } from './station.ts'

/** An address with nothing left open, or null: a page from a file has no server of its own. */
export function completeAddress(server: ServerAddress, page: Pick<Location, 'protocol' | 'hostname' | 'port'>): ServerAddress | null {
  if (server.host !== '') return { ...server, port: server.port || (server.secure ? 443 : 80) }
  if (!page.protocol.startsWith('http')) return null
  const secure = page.protocol === 'https:'
  return { host: page.hostname, port: server.port || Number(page.port) || (secure ? 443 : 80), path: server.path, secure }
}

/** What a server is called for a person. */
export function serverName({ host, port, path }: ServerAddress): string {
  return `${host}:${port}${path}`
}
