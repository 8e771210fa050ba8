import { fromBase64url, toBase64url } from '../base/base64url.ts'
import { isHex } from '../base/bytes.ts'
import { domainId, type Id } from '../base/identity.ts'
import { grouped, inWords, isIntegerWithin, isPlainText, isRecord, unknownField } from '../base/input.ts'
import { choice, decode, encode, hex, integer, list, nullable, record, type Schema, text } from '../base/schema.ts'

/** A service's fixed parameters (PROTOCOL 2); the price and the quantity vary. */
export interface Service {
  /** 1 to 100 characters, no control characters, no spaces around. */
  readonly name: string
  readonly kind: 'general' | 'file'
  /** What one unit of quantity is ("GB", "hour"), 1 to 30 characters. */
  readonly unit: string
  /** Currency label, 1 to 12 characters. */
  readonly currency: string
  /** Decimal places of the currency: a price of 150 with 2 decimals reads 1.50. 0 to 8. */
  readonly decimals: number
  /** At most 8, each 1 to 30 characters, lower case, different and sorted. */
  readonly tags: readonly string[]
  /** For kind `file` only: size in bytes, and SHA-256 in hex; null otherwise. */
  readonly file: { readonly size: number; readonly sha256: string } | null
}

/** The checked service, or which field is wrong and what to do about it. */
export type CheckedService =
  | { readonly ok: true; readonly service: Service }
  | { readonly ok: false; readonly field: string; readonly message: string }

/** Characters (code points), at most four bytes each. */
const MOST = { name: 100, unit: 30, currency: 12, tag: 30 }
const MOST_TAGS = 8
const MOST_DECIMALS = 8
const FIELDS = ['name', 'kind', 'unit', 'currency', 'decimals', 'tags', 'file']
/** base64url of the longest service, with room to spare: longer texts are not read. */
const MOST_LINK_CHARACTERS = 4_000

export const serviceSchema: Schema<Service> = record({
  name: text(4 * MOST.name),
  kind: choice('general', 'file'),
  unit: text(4 * MOST.unit),
  currency: text(4 * MOST.currency),
  decimals: integer(0, MOST_DECIMALS),
  tags: list(text(4 * MOST.tag), MOST_TAGS),
  file: nullable(record({ size: integer(0, Number.MAX_SAFE_INTEGER), sha256: hex(32) })),
})

/** serviceId: the first 128 bits of SHA-256("peermart/service" ‖ network ‖ canonical bytes of the parameters). */
export function serviceIdOf(network: string, service: Service): Id {
  return domainId('peermart/service', network, encode(serviceSchema, service))
}

/** Takes parameters as a person, a script, a link or a peer gave them, and puts them into the form that has one id: trimmed, tags in lower case, sorted and once each. */
export function checkService(input: unknown): CheckedService {
  try {
    return { ok: true, service: serviceOf(input) }
  } catch (error) {
    if (error instanceof FieldError) return { ok: false, field: error.field, message: error.message }
    throw error
  }
}

/** The parameters in a link: base64url of their canonical bytes. */
export function serviceToLinkText(service: Service): string {
  return toBase64url(encode(serviceSchema, service))
}

/** The parameters that a link carries; undefined when it is damaged, or they are not in the form that {@link checkService} gives. */
export function serviceFromLinkText(linkText: string): Service | undefined {
  const bytes = linkText.length > MOST_LINK_CHARACTERS ? undefined : fromBase64url(linkText)
  const decoded = bytes && decode(serviceSchema, bytes)
  if (!decoded?.ok) return undefined
  const checked = checkService(decoded.value)
  return checked.ok && serviceToLinkText(checked.service) === linkText ? checked.service : undefined
}

/** A field that is wrong. Never leaves {@link checkService}. */
class FieldError extends Error {
  readonly field: string

  constructor(field: string, message: string) {
    super(message)
    this.field = field
  }
}

function serviceOf(input: unknown): Service {
  if (!isRecord(input)) throw new FieldError('service', `A service must be an object with ${FIELDS.join(', ')}; it is ${inWords(input)}.`)
  const unknown = unknownField(input, FIELDS)
  if (unknown !== undefined) throw new FieldError(unknown, `A service has no field ${inWords(unknown)}: leave it out.`)
  const { kind, decimals } = input
  const name = textOf('name', input.name, MOST.name)
  if (kind !== 'general' && kind !== 'file') throw new FieldError('kind', `kind must be "general" or "file"; it is ${inWords(kind)}.`)
  const unit = textOf('unit', input.unit, MOST.unit)
  const currency = textOf('currency', input.currency, MOST.currency)
  if (!isIntegerWithin(decimals, 0, MOST_DECIMALS)) {
    throw new FieldError('decimals', `decimals must be a whole number from 0 to ${MOST_DECIMALS}; it is ${inWords(decimals)}.`)
  }
  return { name, kind, unit, currency, decimals: decimals + 0, tags: tagsOf(input.tags), file: fileOf(kind, input.file) }
}

function textOf(field: string, value: unknown, most: number): string {
  if (typeof value !== 'string') throw new FieldError(field, `${field} must be a text; it is ${inWords(value)}.`)
  const trimmed = value.trim()
  // Two units a character at most: a text too long by far is not counted.
  const length = trimmed.length > 2 * most ? trimmed.length : [...trimmed].length
  if (length === 0) throw new FieldError(field, `${field} is empty: enter 1 to ${most} characters.`)
  if (length > most) throw new FieldError(field, `${field} has ${grouped(length)} characters: shorten it to at most ${most}.`)
  if (!isPlainText(trimmed)) throw new FieldError(field, `${field} holds a line break or an invisible control character: remove it.`)
  return trimmed
}

function tagsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw new FieldError('tags', `tags must be a list of texts, which may be empty; it is ${inWords(value)}.`)
  const tooMany = `tags holds ${grouped(value.length)} tags: keep at most ${MOST_TAGS}.`
  if (value.length > MOST_TAGS * MOST_TAGS) throw new FieldError('tags', tooMany)
  const tags = new Set(value.map((tag) => tagOf(tag)))
  if (tags.size > MOST_TAGS) throw new FieldError('tags', tooMany)
  return [...tags].sort()
}

function tagOf(value: unknown): string {
  try {
    return textOf('a tag', textOf('a tag', value, MOST.tag).toLowerCase(), MOST.tag)
  } catch (error) {
    if (error instanceof FieldError) throw new FieldError('tags', `In tags, ${error.message}`)
    throw error
  }
}

function fileOf(kind: Service['kind'], value: unknown): Service['file'] {
  const isAbsent = value === undefined || value === null
  if (kind === 'general') {
    if (isAbsent) return null
    throw new FieldError('file', 'file belongs to kind "file" only: leave it out, or change the kind.')
  }
  if (!isRecord(value))
    throw new FieldError('file', `file must be an object with size and sha256 for kind "file"; it is ${inWords(value)}.`)
  const unknown = unknownField(value, ['size', 'sha256'])
  if (unknown !== undefined) throw new FieldError('file', `file has no field ${inWords(unknown)}: leave it out.`)
  const { size } = value
  if (!isIntegerWithin(size, 0, Number.MAX_SAFE_INTEGER)) {
    throw new FieldError('file.size', `file.size must be the size in bytes, a whole number of at least 0; it is ${inWords(size)}.`)
  }
  const sha256 = typeof value.sha256 === 'string' ? value.sha256.trim().toLowerCase() : value.sha256
  if (!isHex(sha256, 32)) throw new FieldError('file.sha256', `file.sha256 must be 64 hex digits; it is ${inWords(value.sha256)}.`)
  return { size: size + 0, sha256 }
}
