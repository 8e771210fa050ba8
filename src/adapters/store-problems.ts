/** The stores there are, and what a person is told when the disk refuses. */
import type { StoreName } from '../wire/records.ts'

export const STORE_NAMES: readonly StoreName[] = ['tables', 'own', 'receipts', 'peers']

/** Says what happened and what to do about it. */
export function explain(error: unknown): string {
  const name = error instanceof Error || error instanceof DOMException ? error.name : ''
  switch (name) {
    case 'QuotaExceededError':
      return 'The disk space for this page is used up. Free some space on this device, or remove stored data of other sites.'
    case 'VersionError':
      return 'A newer version of this page is open in another tab. Reload this tab.'
    case 'TimeoutError':
      return 'The store does not open, as another tab keeps it busy. Close or reload the other tabs of this page.'
    case 'SecurityError':
    case 'InvalidStateError':
      return 'This browser keeps no data for this page (a private window, or storage is blocked). Allow it to store data, then reload.'
    case 'AbortError':
      return 'The browser stopped writing to the disk. Check that the disk has room; if it happens again, reload this tab.'
    default:
      return `The store failed (${String(error)}). If it happens again, reload this tab.`
  }
}
