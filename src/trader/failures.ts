import type { Failure } from './command.ts'

/** How a command ends. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

/** A command's failure; `field` for invalid-argument. */
export function failure(code: Failure['code'], message: string, field?: string): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure: field === undefined ? { code, message } : { code, message, field } }
}
