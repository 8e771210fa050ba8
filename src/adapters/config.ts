/** public/config.json as it is at run time: what a deployment may change without a build. */
import { type Config, checkConfig } from '../wire/config.ts'

/** A page that waits longer for a small file is better told why. */
const LOAD_TIMEOUT_MS = 15_000

/** Where the last good file is kept, under its address. */
const KEPT = 'peermart-config'

/**
 * Loads and checks it; when its host cannot be reached, the last good one that this browser has kept serves. Rejects with an Error whose message
 * says what is wrong and what to do.
 */
export async function loadConfig(): Promise<Config> {
  const address = new URL('./config.json', document.baseURI)
  const text = await load(address)
  const checked = checkConfig(parse(text))
  if (!checked.ok) throw new Error(checked.message)
  await keep(address, text)
  return checked.config
}

async function load(address: URL): Promise<string> {
  let response: Response
  try {
    response = await fetch(address, { cache: 'no-cache', signal: AbortSignal.timeout(LOAD_TIMEOUT_MS) })
  } catch (error) {
    const text = await kept(address)
    if (text !== null) return text
    throw new Error(`config.json could not be loaded (${String(error)}). Check the connection, then reload the page.`)
  }
  if (!response.ok)
    throw new Error(`config.json could not be loaded: the server answered ${response.status}. It belongs beside index.html.`)
  return response.text()
}

async function keep(address: URL, text: string): Promise<void> {
  try {
    await (await caches.open(KEPT)).put(address, new Response(text))
  } catch {
    // Storage that is blocked or full: the page works, and does not start offline.
  }
}

/** Null when there is none, or the browser keeps nothing. */
async function kept(address: URL): Promise<string | null> {
  try {
    return (await (await (await caches.open(KEPT)).match(address))?.text()) ?? null
  } catch {
    return null
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(
      `config.json is not JSON: ${error instanceof Error ? error.message : String(error)}. Mend the file beside index.html, then reload.`,
    )
  }
}
