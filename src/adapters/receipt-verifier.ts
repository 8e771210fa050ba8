/** Checks a receipt file with no network: the core's checks, with keys and signatures by the one strict rule (ed25519.ts). */
import { fromHex } from '../base/bytes.ts'
import type { SignedPart } from '../base/identity.ts'
import { receiptPrice } from '../market/receipt.ts'
import type { Service } from '../market/service.ts'
import type { ReceiptRow } from '../trader/command.ts'
import { closingChecks, type OpenCheck, openChecks, type ReceiptCheck } from '../wire/receipt-checks.ts'
import { type ReceiptFile, readReceiptFile } from '../wire/receipt-file.ts'
import { detectEd25519, isSoundKey } from './ed25519.ts'

export interface ReceiptVerdict {
  /** Nothing that was checked fails. What stays unknown, such as whether enough brokers attest, is not counted against it. */
  readonly valid: boolean
  readonly checks: readonly ReceiptCheck[]
  /** What the file says of itself, when it could be read. */
  readonly receipt: (ReceiptRow & { readonly service: Service | null; readonly network: string }) | null
  /** Why it could not be read at all; empty when it could. */
  readonly problem: string
}

/** `ownNetwork`: this page's network id, null while it is not known. Never throws for what the text is; anything but a text is no receipt. */
export async function verifyReceiptText(text: unknown, ownNetwork: string | null): Promise<ReceiptVerdict> {
  const read = readReceiptFile(typeof text === 'string' ? text : '')
  if (!read.ok) {
    const unread: ReceiptCheck = { id: 'file', state: 'fails', values: { problem: read.problem, field: read.field } }
    return { valid: false, checks: [unread], receipt: null, problem: read.message }
  }
  const { file } = read
  const done = await Promise.all(openChecks(file, ownNetwork).map(close))
  const { checks, attested, of } = closingChecks(file, done)
  const all = [...done, ...checks]
  return { valid: all.every(({ state }) => state !== 'fails'), checks: all, receipt: rowOf(file, { attested, of }), problem: '' }
}

/** Settles what the core left open. */
async function close({ id, state, values, key, part }: OpenCheck): Promise<ReceiptCheck> {
  const holds = state === 'holds' && (key === undefined || isSoundKey(key)) && (part === undefined || (await isSigned(part)))
  return { id, state: state === 'holds' && !holds ? 'fails' : state, values }
}

async function isSigned({ credentials, bytes, signature }: SignedPart): Promise<boolean> {
  const { publicKey } = credentials
  if (!isSoundKey(publicKey)) return false
  const verify = await (await detectEd25519()).verifier(publicKey)
  return await verify(bytes, fromHex(signature))
}

function rowOf(file: ReceiptFile, { attested, of }: { readonly attested: number; readonly of: number }): ReceiptVerdict['receipt'] {
  const { receipt, service, network } = file
  return {
    receiptId: receipt.id,
    serviceId: receipt.service,
    price: receiptPrice(receipt),
    quantity: receipt.quantity,
    buyer: receipt.buy.peer,
    seller: receipt.sell.peer,
    slot: receipt.slot,
    attestations: attested,
    of,
    service,
    network,
  }
}
