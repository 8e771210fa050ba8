/** Runs a call about the key; what it is rejected with is said in the screen's language, and belongs to the field that can mend it. */
import { identity } from '../text/en/identity.ts'
import { apiErrorOf } from '../words.ts'

const fields: Readonly<Record<string, string>> = {
  'wrong-passphrase': 'passphrase',
  'other-network': 'backup',
  'not-a-backup': 'backup',
  'newer-backup': 'backup',
  'damaged-backup': 'backup',
}

export async function worded<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (error) {
    const { code, field, message } = apiErrorOf(error)
    throw Object.assign(new Error(identity.t.problems[code] ?? message), { code, field: fields[code] ?? field })
  }
}
