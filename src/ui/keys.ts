/** Which key does what. Letters go to pages after a `g`; the others act where they can. */
import type { PlainPage } from './link.ts'

export type Act = { readonly type: 'go'; readonly page: PlainPage | 'home' } | { readonly type: 'buy' | 'sell' | 'open' | 'help' | 'wait' }

/** After `g`. */
export const pageKeys: Readonly<Record<PlainPage | 'home', string>> = {
  home: 'm',
  offers: 'o',
  bidders: 'd',
  trades: 't',
  brokering: 'b',
  network: 'n',
  identity: 'i',
  lab: 'l',
  settings: 's',
  about: 'a',
}

export const actKeys: Readonly<Record<'help' | 'buy' | 'sell' | 'open', string>> = { help: '?', buy: 'b', sell: 's', open: '/' }

/** What a key means; `waiting`: a `g` came just before it. undefined: nothing. */
export function actOf(key: string, waiting: boolean): Act | undefined {
  if (waiting) {
    const found = Object.entries(pageKeys).find(([, letter]) => letter === key)
    return found === undefined ? undefined : { type: 'go', page: found[0] as PlainPage | 'home' }
  }
  if (key === 'g') return { type: 'wait' }
  const act = Object.entries(actKeys).find(([, letter]) => letter === key)
  return act === undefined ? undefined : { type: act[0] as keyof typeof actKeys }
}
