/** Thrown for our own bugs only; nothing that a peer, a disk or a person does may cause it. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

/** Checks what must hold if our code is right. `what` says what holds, not what failed. */
export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new AssertionError(what)
}
