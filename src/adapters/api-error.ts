import type { Failure } from '../trader/command.ts'

/** What a call of `window.peermart` is rejected with: a code for programs, a message for a person. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: string
  /** The argument that is wrong, for `invalid-argument`. */
  readonly field?: string

  constructor(failure: Pick<Failure, 'message' | 'field'> & { readonly code: string }) {
    super(failure.message)
    this.code = failure.code
    if (failure.field !== undefined) this.field = failure.field
  }
}
