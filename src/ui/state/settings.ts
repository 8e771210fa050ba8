/** What the person chose for this screen; kept in this browser, for this origin. */
import { type Language, preferredLanguage, speak } from '../text/language.ts'

export interface Settings {
  /** auto: as the browser says. */
  readonly language: Language | 'auto'
  /** system: as the device says. */
  readonly scheme: 'system' | 'light' | 'dark'
  /** The browser tells of own offers while the tab is hidden. */
  readonly notifications: boolean
  /** Single keys do what the list under `?` says. */
  readonly shortcuts: boolean
}

const KEY = 'peermart/screen'
const initial: Settings = { language: 'auto', scheme: 'system', notifications: false, shortcuts: true }
/** What each may be; anything else that is found stored counts as not there. */
const choices: { readonly [name in keyof Settings]: readonly Settings[name][] } = {
  language: ['auto', 'en', 'de'],
  scheme: ['system', 'light', 'dark'],
  notifications: [false, true],
  shortcuts: [true, false],
}

let settings: Settings = initial
const listeners = new Set<() => void>()

export function currentSettings(): Settings {
  return settings
}

/** Called after each change; returns the unsubscriber. */
export function onSettings(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Uses what is stored. Resolves when the screen can be drawn. */
export async function loadSettings(): Promise<void> {
  settings = checked(stored())
  await apply()
}

/** Keeps the choice where the browser lets it, and uses it at once. */
export async function changeSettings(part: Partial<Settings>): Promise<void> {
  settings = checked({ ...settings, ...part })
  try {
    localStorage.setItem(KEY, JSON.stringify(settings))
  } catch {
    // Storage that is blocked: the choice holds for this visit.
  }
  await apply()
  for (const listener of [...listeners]) listener()
}

async function apply(): Promise<void> {
  const { language, scheme } = settings
  document.documentElement.dataset.scheme = scheme
  // Texts that cannot be loaded now leave the screen in the language that it has.
  await speak(language === 'auto' ? preferredLanguage(navigator.languages) : language).catch(() => {})
}

function stored(): unknown {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}')
  } catch {
    return {}
  }
}

/** The stored value with everything in it that is not a choice put back to its initial value. */
function checked(value: unknown): Settings {
  const given = typeof value === 'object' && value !== null ? (value as Partial<Record<keyof Settings, unknown>>) : {}
  const names = Object.keys(initial) as (keyof Settings)[]
  const valid = names.filter((name) => (choices[name] as readonly unknown[]).includes(given[name]))
  return { ...initial, ...Object.fromEntries(valid.map((name) => [name, given[name]])) }
}
