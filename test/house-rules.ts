// The second wall beside Biome and the compiler: rules of the house, checked by reading the source. Each rule is a function
// from one file to its violations, so that the test can also plant some and see them found.
import { posix } from 'node:path'
import { parseSync } from 'vite'

export interface SourceFile {
  /** From the repository's root, with slashes. */
  path: string
  text: string
}

interface Node {
  type: string
  start: number
  end: number
  [key: string]: unknown
}

interface Parsed extends SourceFile {
  /** Every node, each with its parent: what a name means depends on where it stands. */
  nodes: { node: Node; parent: Node | null }[]
  comments: { value: string; start: number }[]
}

const coreRooms: Record<string, readonly string[]> = {
  base: [],
  ring: ['base'],
  market: ['base'],
  wire: ['base', 'ring', 'market'],
  broker: ['base', 'ring', 'market', 'wire'],
  trader: ['base', 'ring', 'market', 'wire'],
  peer: ['base', 'ring', 'market', 'wire', 'broker', 'trader'],
}
const outerRooms = ['adapters', 'sim', 'ui']

/** Which rooms a room may import from, besides itself. `main`, `lab` and `lab-worker` are the files of that name in src. */
const mayImport: Record<string, readonly string[]> = {
  ...coreRooms,
  ...Object.fromEntries(outerRooms.map((room) => [room, Object.keys(coreRooms)])),
  // The simulator is no part of the first load: the page meets it through a Worker alone, which the lab loads.
  main: [...Object.keys(coreRooms), 'adapters', 'ui', 'lab'],
  lab: ['ui', 'lab-worker'],
  'lab-worker': ['sim', 'ui'],
}

const packagesOf: Record<string, readonly string[]> = {
  base: ['@noble/hashes'],
  adapters: ['peerjs', 'simple-peer', 'idb', '@noble/ed25519'],
  sim: ['@noble/ed25519'],
  ui: ['preact', 'uqr', 'lightweight-charts'],
}

const maxFileLines = 400
const maxFunctionLines = 70

const bannedInCore = new Set(
  `Date performance setTimeout setInterval clearTimeout clearInterval queueMicrotask requestAnimationFrame Promise crypto console process
  window document globalThis self navigator location fetch WebSocket localStorage indexedDB structuredClone TextEncoder TextDecoder Buffer
  URL Worker Intl WeakRef FinalizationRegistry eval Function require`.split(/\s+/),
)
/** Exact by the standard; the rest differs between engines in the last bit, or from one call to the next. */
const exactMath = new Set(['abs', 'ceil', 'clz32', 'floor', 'fround', 'imul', 'max', 'min', 'round', 'sign', 'sqrt', 'trunc'])
const unfinished = /\b(TODO|FIXME|XXX)\b|@ts-(ignore|nocheck|expect-error)/
const testModifiers = new Set(['only', 'skip', 'todo', 'fixme', 'skipIf', 'runIf', 'fails', 'fail'])

const rules = [importDirection, packages, fileLength, functionLength, unfinishedWork, heldBackTests, consoleUse, coreIsPure]

export function violations(file: SourceFile): string[] {
  const parsed = parse(file)
  return rules.flatMap((rule) => rule(parsed))
}

function parse(file: SourceFile): Parsed {
  const { program, comments, errors } = parseSync(file.path, file.text)
  if (errors.length > 0) throw new Error(`${file.path}: ${errors[0]?.message}`)
  const nodes: Parsed['nodes'] = []
  visit(program as unknown as Node, null, nodes)
  return { ...file, nodes, comments }
}

function visit(node: Node, parent: Node | null, found: Parsed['nodes']): void {
  found.push({ node, parent })
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) visit(child, node, found)
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

function at(file: SourceFile, offset: number, message: string): string {
  return `${file.path}:${lineOf(file, offset)} ${message}`
}

function lineOf(file: SourceFile, offset: number): number {
  return file.text.slice(0, offset).split('\n').length
}

function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path)
}

/** The room of a file, its name for one in src itself, null outside src and for tests, which may look anywhere. */
function roomOf(path: string): string | null {
  if (isTest(path) || !path.startsWith('src/')) return null
  const [, room = '', inside] = path.split('/')
  return inside === undefined ? room.replace(/\.tsx?$/, '') : room
}

/** Files of the core, and of the simulator but for its command line. */
function isPure(path: string): boolean {
  const room = roomOf(path)
  return room !== null && (room in coreRooms || room === 'sim') && path !== 'src/sim/cli.ts'
}

function imports({ nodes }: Parsed): { specifier: string; start: number }[] {
  return nodes.flatMap(({ node }) => {
    const source = importSource(node)
    return isNode(source) && typeof source.value === 'string' ? [{ specifier: source.value, start: node.start }] : []
  })
}

/** `import`, `export from`, `import()`, `import('x').Type`, and `new URL('x', import.meta.url)` as workers are named. */
function importSource(node: Node): unknown {
  if (node.type !== 'NewExpression') return node.source
  return (node.callee as Node).name === 'URL' ? (node.arguments as unknown[])[0] : undefined
}

function importDirection(file: Parsed): string[] {
  const room = roomOf(file.path)
  if (room === null) return []
  return imports(file).flatMap(({ specifier, start }) => {
    if (!specifier.startsWith('.')) return []
    // A query says how to load, such as `?worker`.
    const target = posix.join(posix.dirname(file.path), specifier.replace(/\?.*$/, ''))
    const targetRoom = roomOf(target)
    if (targetRoom === null) return [at(file, start, `leaves src: ${specifier}`)]
    if (targetRoom === room || mayImport[room]?.includes(targetRoom)) return []
    return [at(file, start, `${room} must not import from ${targetRoom}`)]
  })
}

function packages(file: Parsed): string[] {
  const room = roomOf(file.path)
  if (room === null || file.path === 'src/sim/cli.ts') return []
  return imports(file).flatMap(({ specifier, start }) => {
    const known = packagesOf[room]?.some((name) => specifier === name || specifier.startsWith(`${name}/`))
    return specifier.startsWith('.') || known ? [] : [at(file, start, `${specifier} has no place in ${room}`)]
  })
}

function fileLength(file: Parsed): string[] {
  const lines = file.text.trimEnd().split('\n').length
  return lines > maxFileLines ? [`${file.path} has ${lines} lines, more than ${maxFileLines}`] : []
}

function functionLength(file: Parsed): string[] {
  if (isTest(file.path)) return [] // a `describe` is a function only in form
  return file.nodes.flatMap(({ node }) => {
    if (!['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'].includes(node.type)) return []
    const lines = lineOf(file, node.end) - lineOf(file, node.start) + 1
    return lines > maxFunctionLines ? [at(file, node.start, `a function of ${lines} lines, more than ${maxFunctionLines}`)] : []
  })
}

function unfinishedWork(file: Parsed): string[] {
  return file.comments.flatMap(({ value, start }) => {
    const match = unfinished.exec(value)
    return match ? [at(file, start, `${match[0]}: finish it, or file an issue`)] : []
  })
}

function heldBackTests(file: Parsed): string[] {
  return file.nodes.flatMap(({ node }) => {
    const name = node.type === 'MemberExpression' ? String((node.property as Node).name) : ''
    if (!testModifiers.has(name) || !/^(test|it|describe|suite)\b/.test(file.text.slice(node.start, node.end))) return []
    return [at(file, node.start, `.${name}: every test runs, always`)]
  })
}

function consoleUse(file: Parsed): string[] {
  if (file.path.startsWith('scripts/') || /^src\/sim\/cli(\.test)?\.ts$/.test(file.path)) return []
  return references(file)
    .filter(({ name }) => name === 'console')
    .map(({ start }) => at(file, start, 'console: say it on the screen, or in an effect'))
}

function coreIsPure(file: Parsed): string[] {
  if (!isPure(file.path)) return []
  const names = references(file)
    .filter(({ name }) => bannedInCore.has(name))
    .map(({ name, start }) => at(file, start, `${name}: the core does not touch the world`))
  return [...names, ...file.nodes.flatMap(({ node, parent }) => impurity(node, parent).map((message) => at(file, node.start, message)))]
}

function impurity(node: Node, parent: Node | null): string[] {
  if (node.async === true || node.type === 'AwaitExpression' || node.await === true) return ['async: the core is synchronous']
  if (node.type === 'Identifier' && node.name === 'Math' && !isExactMath(node, parent)) return ['Math: only its exact functions, by name']
  if (node.type === 'MemberExpression' && /locale/i.test(String((node.property as Node).name))) return ['locale: differs between machines']
  if (node.operator === '**' || node.operator === '**=') return isExactPower(node) ? [] : ['**: differs between engines']
  return []
}

function isExactMath(node: Node, parent: Node | null): boolean {
  if (parent?.type !== 'MemberExpression') return false
  if (parent.property === node) return true // some.Math
  return parent.computed === false && exactMath.has(String((parent.property as Node).name))
}

/** Powers of two in constants, and any power of a bigint. */
function isExactPower({ left, right }: Node): boolean {
  const [base, exponent] = [left as Node, right as Node]
  return base.bigint !== undefined || (base.value === 2 && Number.isInteger(exponent.value))
}

/** Names that stand for something declared elsewhere: not properties, not what the file itself declares under that name. */
function references({ nodes }: Parsed): { name: string; start: number }[] {
  const identifiers = nodes.filter(({ node }) => node.type === 'Identifier')
  const declared = new Set(identifiers.filter(isDeclaration).map(({ node }) => String(node.name)))
  return identifiers
    .filter((identifier) => !isPropertyName(identifier) && !declared.has(String(identifier.node.name)))
    .map(({ node }) => ({ name: String(node.name), start: node.start }))
}

/** `declare` makes a world out of nothing, so what it names stays banned. */
function isDeclaration({ node, parent }: Parsed['nodes'][number]): boolean {
  if (parent === null || parent.declare === true) return false
  if (parent.type === 'VariableDeclarator') return parent.id === node && parent.init !== null
  if (/^(Import(Default|Namespace)?Specifier|TSTypeAliasDeclaration|TSInterfaceDeclaration)$/.test(parent.type)) return true
  if (/Function/.test(parent.type)) return parent.id === node || (parent.params as Node[] | undefined)?.includes(node) === true
  return parent.type === 'AssignmentPattern' && parent.left === node
}

function isPropertyName({ node, parent }: Parsed['nodes'][number]): boolean {
  if (parent === null || parent.computed === true) return false
  if (parent.type === 'MemberExpression') return parent.property === node
  return parent.key === node // `{ name }` has the name twice; the value is the reference
}
