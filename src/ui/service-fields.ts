/** From what a person typed for a new service to the request, or what is wrong with each field (PROTOCOL 2). */
import { isHex } from '../base/bytes.ts'
import type { ServiceRequest } from './api.ts'
import { home } from './text/en/home.ts'

export interface ServiceFields {
  readonly name: string
  readonly kind: 'general' | 'file'
  readonly unit: string
  readonly currency: string
  readonly decimals: string
  readonly tags: string
  readonly fileSize: string
  readonly fileSha256: string
}

export const emptyServiceFields: ServiceFields = {
  name: '',
  kind: 'general',
  unit: '',
  currency: '',
  decimals: '2',
  tags: '',
  fileSize: '',
  fileSha256: '',
}

export type FieldErrors = Readonly<Record<string, string>>

/** Control characters, which could make one name look like another. */
const CONTROL = /\p{Cc}/u

function textError(text: string, missing: string, most: number): string | undefined {
  const length = [...text.trim()].length
  if (length === 0) return missing
  if (length > most) return home.t.wrong.tooLong(most, length)
  return CONTROL.test(text.trim()) ? home.t.wrong.control : undefined
}

/** Tags as the protocol wants them: trimmed, in lower case, different and sorted. */
export function tagsOf(text: string): string[] {
  const tags = text.split(',').map((tag) => tag.trim().toLowerCase())
  return [...new Set(tags.filter((tag) => tag !== ''))].sort()
}

function tagsError(text: string): string | undefined {
  const tags = tagsOf(text)
  if (tags.length > 8) return home.t.wrong.tooManyTags(tags.length)
  const long = tags.find((tag) => [...tag].length > 30)
  if (long !== undefined) return home.t.wrong.longTag([...long].slice(0, 12).join(''))
  return tags.some((tag) => CONTROL.test(tag)) ? home.t.wrong.tagControl : undefined
}

function fileErrors({ fileSize, fileSha256 }: ServiceFields): [string, string | undefined][] {
  const size = fileSize.trim()
  const sizeFits = /^\d{1,16}$/.test(size) && Number(size) <= Number.MAX_SAFE_INTEGER
  return [
    ['fileSize', sizeFits ? undefined : home.t.wrong.size],
    ['fileSha256', isHex(fileSha256.trim().toLowerCase(), 32) ? undefined : home.t.wrong.sha256],
  ]
}

/** What is wrong, by field; empty when nothing is. */
export function serviceErrors(fields: ServiceFields): FieldErrors {
  const errors: [string, string | undefined][] = [
    ['name', textError(fields.name, home.t.wrong.name, 100)],
    ['unit', textError(fields.unit, home.t.wrong.unit, 30)],
    ['currency', textError(fields.currency, home.t.wrong.currency, 12)],
    ['decimals', /^[0-8]$/.test(fields.decimals.trim()) ? undefined : home.t.wrong.decimals],
    ['tags', tagsError(fields.tags)],
    ...(fields.kind === 'file' ? fileErrors(fields) : []),
  ]
  return Object.fromEntries(errors.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** The request for fields without errors. */
export function serviceRequest(fields: ServiceFields): ServiceRequest {
  const { name, kind, unit, currency, decimals, tags, fileSize, fileSha256 } = fields
  const common = { name: name.trim(), kind, unit: unit.trim(), currency: currency.trim(), decimals: Number(decimals), tags: tagsOf(tags) }
  return kind === 'file' ? { ...common, file: { size: Number(fileSize), sha256: fileSha256.trim().toLowerCase() } } : common
}
