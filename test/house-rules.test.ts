import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { violations } from './house-rules.ts'

const folders = ['src', 'test', 'e2e', 'scripts']

function sourceFiles(): string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((path) => /\.(ts|tsx|mjs)$/.test(path)),
  )
}

test('the source keeps the rules of the house', () => {
  const files = sourceFiles()
  expect(files).toContain('src/main.ts')
  expect(files.flatMap((path) => violations({ path, text: readFileSync(path, 'utf8') }))).toEqual([])
})

/** Each is one file with exactly one violation, and a word of what is said about it. */
const planted: [what: string, path: string, text: string, message: string][] = [
  ['base from anywhere', 'src/base/a.ts', `import { a } from '../ring/a.ts'`, 'base must not import from ring'],
  ['ring from market', 'src/ring/a.ts', `import { a } from '../market/a.ts'`, 'ring must not import from market'],
  ['market from ring', 'src/market/a.ts', `import type { A } from '../ring/a.ts'`, 'market must not import from ring'],
  ['wire from broker', 'src/wire/a.ts', `export { a } from '../broker/a.ts'`, 'wire must not import from broker'],
  ['broker from trader', 'src/broker/a.ts', `import '../trader/a.ts'`, 'broker must not import from trader'],
  ['trader from broker', 'src/trader/a.ts', `type A = import('../broker/a.ts').A`, 'trader must not import from broker'],
  ['trader from peer', 'src/trader/a.ts', `import { a } from '../peer/a.ts'`, 'trader must not import from peer'],
  ['peer from adapters', 'src/peer/a.ts', `import { a } from '../adapters/a.ts'`, 'peer must not import from adapters'],
  ['adapters from ui', 'src/adapters/a.ts', `const a = import('../ui/a.tsx')`, 'adapters must not import from ui'],
  ['sim from adapters', 'src/sim/a.ts', `import { a } from '../adapters/a.ts'`, 'sim must not import from adapters'],
  ['ui from sim', 'src/ui/parts/a.tsx', `import { a } from '../../sim/a.ts'`, 'ui must not import from sim'],
  ['main from sim', 'src/main.ts', `import { a } from './sim/a.ts'`, 'main must not import from sim'],
  ['main from the lab’s worker', 'src/main.ts', `import A from './lab-worker.ts?worker'`, 'main must not import from lab-worker'],
  ['the lab from sim', 'src/lab.ts', `const a = import('./sim/a.ts')`, 'lab must not import from sim'],
  ['ui from the lab', 'src/ui/lab/a.ts', `import { lab } from '../../lab.ts'`, 'ui must not import from lab'],
  ['ui from main', 'src/ui/a.tsx', `import { a } from '../main.ts'`, 'ui must not import from main'],
  [
    'a worker in another room',
    'src/ui/a.ts',
    `new Worker(new URL('../adapters/a.ts', import.meta.url))`,
    'ui must not import from adapters',
  ],
  ['out of src', 'src/peer/a.ts', `import { a } from '../../test/a.ts'`, 'leaves src'],
  ['preact in main', 'src/main.ts', `import { render } from 'preact'`, 'preact has no place in main'],
  ['hashes in the ring', 'src/ring/a.ts', `import { sha256 } from '@noble/hashes/sha2.js'`, 'has no place in ring'],
  ['Node in an adapter', 'src/adapters/a.ts', `import { join } from 'node:path'`, 'has no place in adapters'],
  ['peerjs in ui', 'src/ui/a.ts', `import { Peer } from 'peerjs'`, 'has no place in ui'],
  ['a long file', 'src/ui/a.ts', 'a()\n'.repeat(401), 'has 401 lines'],
  ['a long function', 'scripts/a.mjs', `function a() {\n${'a()\n'.repeat(70)}}`, 'a function of 72 lines'],
  ['a long arrow', 'src/ui/a.ts', `const a = () => {\n${'a()\n'.repeat(70)}}`, 'a function of 72 lines'],
  ['work to do', 'src/ui/a.ts', `// ${'TO'}${'DO'} later`, 'finish it'],
  ['an ignored error', 'e2e/a.ts', `// @ts-${'ignore'}\na()`, 'finish it'],
  ['only one test', 'test/a.test.ts', `describe.${'only'}('a', () => {})`, 'every test runs'],
  ['a test left out', 'e2e/a.test.ts', `test.${'skip'}('a', () => {})`, 'every test runs'],
  ['a table left out', 'src/ui/a.test.ts', `test.${'skip'}.each([1])('a', () => {})`, 'every test runs'],
  ['console in ui', 'src/ui/a.ts', `console.log(1)`, 'say it on the screen'],
  ['Date', 'src/base/a.ts', `const a = new Date()`, 'Date: '],
  ['Promise as a type', 'src/wire/a.ts', `type A = Promise<void>`, 'Promise: '],
  ['a timer', 'src/ring/a.ts', `setTimeout(a, 1)`, 'setTimeout: '],
  ['a declared timer', 'src/ring/a.ts', `declare function setTimeout(a: unknown): void`, 'setTimeout: '],
  ['a shorthand', 'src/ring/a.ts', `const a = { crypto }`, 'crypto: '],
  ['globalThis', 'src/sim/a.ts', `const a = globalThis['b']`, 'globalThis: '],
  ['window', 'src/peer/a.ts', `window.close()`, 'window: '],
  ['async', 'src/trader/a.ts', `export async function a() {}`, 'async: '],
  ['random', 'src/market/a.ts', `const a = Math.random()`, 'Math: '],
  ['a logarithm by another name', 'src/sim/a.ts', `const a = Math['log'](2)`, 'Math: '],
  ['a logarithm taken out', 'src/broker/a.ts', `const { log } = Math`, 'Math: '],
  ['a power', 'src/market/a.ts', `const b = a ** 0.5`, '**: '],
  ['a locale', 'src/base/a.ts', `const c = a.localeCompare(b)`, 'locale: '],
]

describe('a planted violation is found', () => {
  test.each(planted.map(([what, path, text, message]) => ({ what, path, text, message })))('$what', ({ path, text, message }) => {
    const found = violations({ path, text })
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(message)
  })
})

/** What looks like a violation and is none. */
const allowed: [what: string, path: string, text: string][] = [
  [
    'imports to the left',
    'src/peer/a.ts',
    `import { a } from '../base/a.ts'\nimport { b } from '../trader/b.ts'\nimport { c } from './c.ts'`,
  ],
  ['main wires', 'src/main.ts', `import { a } from './ui/a.tsx'\nimport { b } from './adapters/b.ts'`],
  ['the lab loads its worker', 'src/lab.ts', `import A from './lab-worker.ts?worker&inline'`],
  ['packages at home', 'src/adapters/a.ts', `import { openDB } from 'idb'\nimport P from 'simple-peer/simplepeer.min.js'`],
  ['tests look anywhere', 'src/ring/a.test.ts', `import { test } from 'vitest'\nimport { a } from '../sim/a.ts'\nawait a(Date.now())`],
  ['words that are also globals', 'src/ring/a.ts', `function a(window: number) { return { location: b.document, window } }`],
  ['exact arithmetic', 'src/market/a.ts', `const a = Math.sqrt(Math.floor(2 ** 50)), b = 2n ** c`],
  ['the command line', 'src/sim/cli.ts', `import { argv } from 'node:process'\nconsole.log(argv, Date.now())`],
  ['the world in adapters', 'src/adapters/a.ts', `export const a = async () => Math.random() + Date.now()`],
]

test.each(allowed)('allowed: %s', (_what, path, text) => {
  expect(violations({ path, text })).toEqual([])
})
