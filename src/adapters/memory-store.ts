/** The store of a tab that may keep nothing: all it is for ends with the tab, so a commit holds as long as anything does. */
import type { Store } from '../peer/world.ts'

/** `problem` is what a person is told at the start. */
export function createMemoryStore(problem: string): Store {
  let closed = false
  return {
    load: (done) => queueMicrotask(() => done([], problem)),
    commit: (_writes, done) => queueMicrotask(() => (closed ? done(false, 'The store is closed.') : done(true, ''))),
    close() {
      closed = true
    },
  }
}
