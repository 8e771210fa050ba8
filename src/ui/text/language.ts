/**
 * What the screen says, in the language that the person chose. English is part of each page; other languages are loaded when they are
 * wanted, whole, before anything is drawn in them.
 */
export type Language = 'en' | 'de'

/** Each under the name that a person looks for it by. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch' }

type Translation = Readonly<Record<string, object>>

const loaders: Readonly<Record<Exclude<Language, 'en'>, () => Promise<Translation>>> = {
  de: async () => (await import('./de/german.ts')).german,
}

let current: Language = 'en'
let translation: Translation = {}

/** Texts that belong together: sentences, and functions that make one of values. */
export class Catalogue<T extends object> {
  readonly name: string
  readonly english: T

  constructor(name: string, english: T) {
    this.name = name
    this.english = english
  }

  /** The texts in the language that is spoken now. */
  get t(): T {
    return (translation[this.name] as T | undefined) ?? this.english
  }
}

/** The same texts in any words. */
type Worded<T> = T extends (...values: infer V) => string
  ? (...values: V) => string
  : T extends string
    ? string
    : { readonly [name in keyof T]: Worded<T[name]> }

/** What a translation of the catalogue must have. */
export type TextsOf<C> = C extends Catalogue<infer T> ? Worded<T> : never

/** Texts under a name of their own. */
export function catalogue<T extends object>(name: string, english: T): Catalogue<T> {
  return new Catalogue(name, english)
}

export function language(): Language {
  return current
}

/** Speaks the language from now on. Rejects when its texts cannot be loaded; then nothing changes. */
export async function speak(wanted: Language): Promise<void> {
  translation = wanted === 'en' ? {} : await loaders[wanted]()
  current = wanted
  document.documentElement.lang = wanted
}

/** The best of ours for those that the browser names, best first. */
export function preferredLanguage(wanted: readonly string[]): Language {
  const known = wanted.map((tag) => tag.toLowerCase().split('-')[0]).find((tag) => tag === 'en' || tag === 'de')
  return known === 'de' ? 'de' : 'en'
}

/** Before the decimals of a number. */
export function decimalSign(): ',' | '.' {
  return current === 'de' ? ',' : '.'
}
