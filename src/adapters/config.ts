/** public/config.json as it is at run time: what a deployment may change without a build. */
import { type Config, checkConfig } from '../wire/config.ts'

/** A page that waits longer for a small file is better told why. */
const LOAD_TIMEOUT_MS = 15_000

/** Loads and checks it. Rejects with an Error whose message says what is wrong and what to do. */
export async function loadConfig(): Promise<Config> {
  const address = new URL('./config.json', document.baseURI)
  const checked = checkConfig(parse(await load(address)))
  if (!checked.ok) throw new Error(checked.message)
  return checked.config
}

async function load(address: URL): Promise<string> {
  let response: Response
  try {
    response = await fetch(address, { cache: 'no-cache', signal: AbortSignal.timeout(LOAD_TIMEOUT_MS) })
  } catch (error) {
    throw new Error(`config.json could not be loaded (${String(error)}). Check the connection, then reload the page.`)
  }
  if (!response.ok)
    throw new Error(`config.json could not be loaded: the server answered ${response.status}. It belongs beside index.html.`)
  return response.text()
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
