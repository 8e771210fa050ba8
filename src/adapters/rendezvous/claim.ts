/**
 * Claims of ids at PeerServers. The code of stations brings peerjs, which no screen needs: it comes by itself, and a claim waits for it.
 */
import type { Claim, StationOptions } from './station.ts'

type Stations = typeof import('./station.ts')

let stations: Promise<Stations> | undefined

/** Begins to load what claims need. May be called any number of times. */
export function prepareClaims(): Promise<Stations> {
  stations ??= import('./station.ts').catch((error: unknown) => {
    // The next claim tries again.
    stations = undefined
    throw error
  })
  return stations
}

/** Takes the id at the server, or says that another has it: one round trip. `timeoutMs` is the server's; loading the code is not counted. */
export async function claim(id: string, timeoutMs: number, options: StationOptions): Promise<Claim> {
  try {
    return await (await prepareClaims()).claim(id, timeoutMs, options)
  } catch (error) {
    return {
      state: 'failed',
      reason: `a part of this page could not be loaded (${error instanceof Error ? error.message : String(error)})`,
    }
  }
}
