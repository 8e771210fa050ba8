/**
 * A whole receipt as a file (PROTOCOL N): everything that its signatures cover, in fields that a person can read, so that anyone can check it with no network.
 * The signed bytes are not in it but made of these fields, so that there is no second copy that could say something else.
 */
import { type Hex, isHex } from '../base/bytes.ts'
import { type Credentials, type Id, type NodeId, nodeIdOf } from '../base/identity.ts'
import { inWords, isIntegerWithin, isPlainText, isRecord, unknownField } from '../base/input.ts'
import { MAX_AMOUNT, MAX_SEQ, type Offer, type Side, sealOffer } from '../market/offer.ts'
import { type Attestation, MAX_ATTESTATIONS, type Receipt, receiptIdOf, receiptPrice } from '../market/receipt.ts'
import { checkService, type Service } from '../market/service.ts'
import { checkParameters } from './config.ts'
import { networkId, type Parameters } from './parameters.ts'

const FORMAT = 'peermart-receipt'
const VERSION = 1
/** Longer texts are not read: about twice the longest file. */
export const MAX_RECEIPT_FILE_CHARACTERS = 65_536

/** A network's name, `#` and 16 digits. */
const MAX_NETWORK_CHARACTERS = 81

/** What a file is made of. */
export interface ReceiptFileParts {
  readonly parameters: Parameters
  /** null when it is not known. */
  readonly service: Service | null
  /** Whole. */
  readonly receipt: Receipt
  /** `seen` ones. */
  readonly attestations: readonly Attestation[]
  /** S: members of the set as the file's maker knows it, 0 to 65,535. */
  readonly members: number
}

/** What a file says, with what follows from it. Nothing of it is checked against anything else but the form. */
export interface ReceiptFile extends ReceiptFileParts {
  /** The network's id as the file says it: ids and signatures are those of this network. */
  readonly network: string
  /** What the file says of things that follow from the rest. */
  readonly says: {
    readonly receiptId: Id
    readonly price: number
    readonly buyer: NodeId
    readonly seller: NodeId
    readonly buyOfferId: Id
    readonly sellOfferId: Id
    /** One for each attestation. */
    readonly brokers: readonly NodeId[]
  }
}

/** The file, or why there is none: `problem` for a program, `field` the field that breaks a rule, a message for a person. */
export type ReadReceiptFile =
  | { readonly ok: true; readonly file: ReceiptFile }
  | { readonly ok: false; readonly problem: FileProblem; readonly field: string; readonly message: string }
type FileProblem = 'too-long' | 'not-json' | 'other-format' | 'other-version' | 'field'

/** The text of the file: JSON, to be read by people too. */
export function writeReceiptFile({ parameters, service, receipt, attestations, members }: ReceiptFileParts): string {
  const offer = ({ id, peer, publicKey, nonce, price, quantity, seq, validUntil, signature }: Offer) => {
    return { offerId: id, peer, publicKey, nonce, price, quantity, seq, validUntil, signature }
  }
  const { network, n, f, m, t, slot, s, p, a } = parameters
  const fields = {
    format: FORMAT,
    version: VERSION,
    network: networkId(parameters),
    parameters: { network, n, f, m, t, slot, s, p, a },
    serviceId: receipt.service,
    service,
    receiptId: receipt.id,
    price: receiptPrice(receipt),
    quantity: receipt.quantity,
    slot: receipt.slot,
    buy: offer(receipt.buy),
    sell: offer(receipt.sell),
    sellerSignature: receipt.sellerSignature,
    buyerSignature: receipt.buyerSignature,
    members,
    attestations: attestations.map((attestation) => {
      const { broker, publicKey, nonce, signature } = attestation
      return { broker, publicKey, nonce, members: attestation.members, signature }
    }),
  }
  return `${JSON.stringify(fields, null, 2)}\n`
}

/** Reads what a person gave as such a file. Never throws, whatever the text. */
export function readReceiptFile(text: string): ReadReceiptFile {
  const most = MAX_RECEIPT_FILE_CHARACTERS
  if (text.length > most) return refuse('too-long', `The file has more than ${most} characters, which no receipt has.`)
  const json = parse(text)
  if (json === undefined) return refuse('not-json', 'The file is no JSON: it is damaged, or no receipt.')
  if (!isRecord(json) || json.format !== FORMAT) return refuse('other-format', `The file is no receipt: its format is not "${FORMAT}".`)
  if (json.version !== VERSION) {
    return refuse('other-version', `The file is of version ${inWords(json.version)}, and this app reads version ${VERSION}.`)
  }
  try {
    return { ok: true, file: fileOf(json) }
  } catch (error) {
    if (error instanceof FieldError) return { ok: false, problem: 'field', field: error.field, message: error.message }
    throw error
  }
}

function refuse(problem: FileProblem, message: string): ReadReceiptFile {
  return { ok: false, problem, field: '', message }
}

/** undefined for what is no JSON; null is a value. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type Fields = Readonly<Record<string, unknown>>

/** A field that is wrong. Never leaves {@link readReceiptFile}. */
class FieldError extends Error {
  readonly field: string

  constructor(field: string, value: unknown, wanted: string) {
    super(`${field} is ${inWords(value)}, and must be ${wanted}.`)
    this.field = field
  }
}

/** An object with these fields and no others. */
function objectOf(field: string, value: unknown, names: readonly string[]): Fields {
  if (!isRecord(value)) throw new FieldError(field, value, 'an object')
  const unknown = unknownField(value, names)
  if (unknown !== undefined) throw new FieldError(`a field of ${field}`, unknown, `one of ${names.join(', ')}`)
  return value
}

function hexOf(field: string, value: unknown, byteCount: number): Hex {
  if (isHex(value, byteCount)) return value
  throw new FieldError(field, value, `${2 * byteCount} lower-case hex digits`)
}

function wholeOf(field: string, value: unknown, bounds: readonly [least: number, most: number]): number {
  const [least, most] = bounds
  if (isIntegerWithin(value, least, most)) return value + 0
  throw new FieldError(field, value, `a whole number from ${least} to ${most}`)
}

function networkOf(value: unknown): string {
  if (typeof value === 'string' && value.length <= MAX_NETWORK_CHARACTERS && isPlainText(value)) return value
  throw new FieldError('network', value, "a network's id")
}

function priceOf(value: unknown): number {
  if (typeof value === 'number' && isIntegerWithin(2 * value, 2, 2 * MAX_AMOUNT)) return value
  throw new FieldError('price', value, 'a number above zero in steps of 0.5')
}

const FILE_FIELDS = [
  ...['format', 'version', 'network', 'parameters', 'serviceId', 'service', 'receiptId', 'price', 'quantity', 'slot'],
  ...['buy', 'sell', 'sellerSignature', 'buyerSignature', 'members', 'attestations'],
]
const OFFER_FIELDS = ['offerId', 'peer', 'publicKey', 'nonce', 'price', 'quantity', 'seq', 'validUntil', 'signature']
const ATTESTATION_FIELDS = ['broker', 'publicKey', 'nonce', 'members', 'signature']

function fileOf(json: Fields): ReceiptFile {
  const fields = objectOf('the file', json, FILE_FIELDS)
  const parameters = checkParameters(fields.parameters)
  if (parameters === undefined) throw new FieldError('parameters', fields.parameters, "a network's parameters, each within its bounds")
  const network = networkOf(fields.network)
  const serviceId = hexOf('serviceId', fields.serviceId, 16)
  const buy = offerOf(fields.buy, { network, serviceId, side: 'buy' })
  const sell = offerOf(fields.sell, { network, serviceId, side: 'sell' })
  const quantity = wholeOf('quantity', fields.quantity, [1, MAX_AMOUNT])
  const slot = wholeOf('slot', fields.slot, [0, 2 ** 50])
  const terms = { service: serviceId, buy: buy.offer, sell: sell.offer, quantity, slot }
  const sellerSignature = hexOf('sellerSignature', fields.sellerSignature, 64)
  const buyerSignature = hexOf('buyerSignature', fields.buyerSignature, 64)
  const receipt: Receipt = { ...terms, id: receiptIdOf(network, terms), sellerSignature, buyerSignature }
  const attested = attestationsOf(fields.attestations, { network, receipt })
  return {
    parameters,
    network,
    service: serviceOf(fields.service),
    receipt,
    attestations: attested.map(({ attestation }) => attestation),
    members: wholeOf('members', fields.members, [0, 65_535]),
    says: {
      receiptId: hexOf('receiptId', fields.receiptId, 16),
      price: priceOf(fields.price),
      buyer: buy.peer,
      seller: sell.peer,
      buyOfferId: buy.offerId,
      sellOfferId: sell.offerId,
      brokers: attested.map(({ broker }) => broker),
    },
  }
}

/** In the very form that has the id: a text that would only be brought into it is refused, so that what is shown is what was hashed. */
function serviceOf(value: unknown): Service | null {
  if (value === null) return null
  const checked = checkService(value)
  if (!checked.ok) throw new FieldError(`service.${checked.field}`, isRecord(value) ? value[checked.field] : value, 'as a service has it')
  if (isRecord(value) && inOneOrder(value) === inOneOrder({ ...checked.service })) return checked.service
  throw new FieldError('service', value, 'in its one form: no spaces around texts, tags in lower case, sorted and once each')
}

function inOneOrder({ name, kind, unit, currency, decimals, tags, file }: Fields): string {
  return JSON.stringify([name, kind, unit, currency, decimals, tags, isRecord(file) ? [file.size, file.sha256] : file])
}

function credentialsOf(field: string, { publicKey, nonce }: Fields): Credentials {
  return {
    publicKey: hexOf(`${field}.publicKey`, publicKey, 32),
    nonce: wholeOf(`${field}.nonce`, nonce, [0, Number.MAX_SAFE_INTEGER]),
  }
}

interface Signed {
  readonly network: string
  readonly serviceId: Id
  readonly side: Side
}

function offerOf(
  value: unknown,
  { network, serviceId, side }: Signed,
): { readonly offer: Offer; readonly offerId: Id; readonly peer: NodeId } {
  const fields = objectOf(side, value, OFFER_FIELDS)
  const terms = {
    service: serviceId,
    ...credentialsOf(side, fields),
    side,
    price: wholeOf(`${side}.price`, fields.price, [1, MAX_AMOUNT]),
    quantity: wholeOf(`${side}.quantity`, fields.quantity, [1, MAX_AMOUNT]),
    seq: wholeOf(`${side}.seq`, fields.seq, [1, MAX_SEQ]),
    validUntil: wholeOf(`${side}.validUntil`, fields.validUntil, [0, 2 ** 50 - 1]),
  }
  return {
    offer: sealOffer(network, terms, hexOf(`${side}.signature`, fields.signature, 64)),
    offerId: hexOf(`${side}.offerId`, fields.offerId, 16),
    peer: hexOf(`${side}.peer`, fields.peer, 16),
  }
}

function attestationsOf(
  value: unknown,
  { network, receipt }: { readonly network: string; readonly receipt: Receipt },
): { readonly attestation: Attestation; readonly broker: NodeId }[] {
  if (!Array.isArray(value) || value.length > MAX_ATTESTATIONS) {
    throw new FieldError('attestations', value, `a list of at most ${MAX_ATTESTATIONS}`)
  }
  return value.map((entry, index) => {
    const field = `attestations[${index}]`
    const fields = objectOf(field, entry, ATTESTATION_FIELDS)
    const credentials = credentialsOf(field, fields)
    const attestation: Attestation = {
      service: receipt.service,
      receipt: receipt.id,
      ...credentials,
      seen: true,
      members: wholeOf(`${field}.members`, fields.members, [0, 65_535]),
      signature: hexOf(`${field}.signature`, fields.signature, 64),
      broker: nodeIdOf(network, credentials),
    }
    return { attestation, broker: hexOf(`${field}.broker`, fields.broker, 16) }
  })
}
