/**
 * A key as a file: a JSON text with the Ed25519 seed, encrypted by AES-GCM under a key that scrypt makes of a passphrase.
 *
 * Invariants
 * 1. Everything that the file says in the open is additional data of the encryption: changed, it does not open.
 * 2. Every bound is checked before the passphrase is worked on: no file decides how long a tab is busy, or with how much memory.
 * 3. A file that was damaged on its way is told apart from a wrong passphrase, by a checksum over all of it.
 */
import { equalBytes, fromHex, type Hex, isHex, sha256, toHex, utf8 } from '../base/bytes.ts'
import { type Credentials, type NodeId, nodeIdOf, puzzleBits } from '../base/identity.ts'
import { isIntegerWithin, isRecord } from '../base/input.ts'
import { LEAST_PASSPHRASE, MOST_PASSPHRASE } from '../base/passphrase.ts'
import type { ScryptWork } from '../base/scrypt.ts'
import { ApiError } from './api-error.ts'
import { type KeyPair, keyPairOf } from './ed25519.ts'
import { passphraseKey } from './passphrase-key.ts'

/** An identity as its backup has it. */
export interface BackedUp {
  readonly network: string
  readonly nodeId: NodeId
  readonly nonce: number
  /** 32 bytes (RFC 8032). */
  readonly seed: Uint8Array
}

/** A restored identity: its key fits its nodeId. */
export interface Restored extends Credentials, KeyPair {
  readonly nodeId: NodeId
}

interface BackupFile {
  readonly format: typeof FORMAT
  readonly version: typeof VERSION
  readonly network: string
  readonly nodeId: NodeId
  readonly nonce: number
  readonly kdf: ScryptWork & { readonly name: 'scrypt'; readonly salt: Hex }
  readonly iv: Hex
  /** Encrypted, with GCM's tag: 48 bytes. */
  readonly seed: Hex
  /** The first 16 bytes of SHA-256 over all of the above. */
  readonly checksum: Hex
}

const FORMAT = 'peermart-identity'
const VERSION = 1
/** 128 MiB and about a second a try: what OWASP asks of scrypt. */
const WORK: ScryptWork = { N: 2 ** 17, r: 8, p: 1 }
/** Work that is taken from a file: from 4 MiB, which is quick, to 256 MiB, which a telephone can still do. r and p are as written. */
const LEAST_N = 2 ** 12
const MOST_N = 2 ** 18
const SALT_BYTES = 16
const IV_BYTES = 12
const SEALED_BYTES = 48
const CHECKSUM_BYTES = 16
/** Ours have about 600. */
const MOST_CHARACTERS = 4_096
const MOST_NETWORK_CHARACTERS = 128

/** The text of a file. Rejects with an {@link ApiError} for a passphrase that is too short or too long. */
export async function sealBackup({ seed, ...identity }: BackedUp, passphrase: unknown, work = WORK): Promise<string> {
  const words = checkPassphrase(passphrase)
  if (words.length < LEAST_PASSPHRASE)
    throw wrongPassphrase(`A passphrase needs ${LEAST_PASSPHRASE} characters or more: whoever has the file can try as many as they like.`)
  const [salt, iv] = [randomBytes(SALT_BYTES), randomBytes(IV_BYTES)]
  const { network, nodeId, nonce } = identity
  const kdf = { name: 'scrypt', N: work.N, r: work.r, p: work.p, salt: toHex(salt) } as const
  const header = { format: FORMAT, version: VERSION, network, nodeId, nonce, kdf, iv: toHex(iv) } as const
  const key = await passphraseKey({ passphrase: utf8(words), salt, work })
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: headerBytes(header) }, key, seed.slice())
  const open = { ...header, seed: toHex(new Uint8Array(sealed)) }
  return `${JSON.stringify({ ...open, checksum: checksumOf(open) }, null, 2)}\n`
}

/** The identity of a backup of this network; rejects with an {@link ApiError} that says what is wrong with it. */
export async function openBackup(
  text: unknown,
  passphrase: unknown,
  own: { readonly network: string; readonly puzzleBits: number },
): Promise<Restored> {
  const file = readBackup(text)
  if (file.network !== own.network)
    throw new ApiError({
      code: 'other-network',
      message: `This key belongs to the network ${file.network}; this page is of ${own.network}.`,
    })
  const seed = await openSeed(file, checkPassphrase(passphrase))
  const pair = await keyPairOf(seed)
  seed.fill(0)
  const credentials = { publicKey: pair.publicKey, nonce: file.nonce }
  if (nodeIdOf(own.network, credentials) !== file.nodeId || puzzleBits(own.network, credentials) < own.puzzleBits) throw damaged()
  return { ...pair, ...credentials, nodeId: file.nodeId }
}

/** The file's parts, all within their bounds and as they were written. */
function readBackup(text: unknown): BackupFile {
  if (typeof text !== 'string') throw new ApiError({ code: 'invalid-argument', field: 'text', message: 'Give the text of a backup file.' })
  const file = text.length > MOST_CHARACTERS ? null : parsed(text)
  if (!isRecord(file) || file.format !== FORMAT)
    throw new ApiError({ code: 'not-a-backup', message: 'This file is no backup of a key, or it was cut off.' })
  if (isIntegerWithin(file.version, VERSION + 1, Number.MAX_SAFE_INTEGER))
    throw new ApiError({
      code: 'newer-backup',
      message: 'A newer version of this app made this backup. Reload the page to get it, then try again.',
    })
  const { format, version, network, nodeId, nonce, kdf, iv, seed, checksum } = file
  if (!isRecord(kdf)) throw damaged()
  const { name, N, r, p, salt } = kdf
  const isKdf = name === 'scrypt' && isWork(N) && r === WORK.r && p === WORK.p && isHex(salt, SALT_BYTES)
  const isOurs = version === VERSION && typeof network === 'string' && network.length <= MOST_NETWORK_CHARACTERS && isHex(nodeId, 16)
  const isSealed = isHex(iv, IV_BYTES) && isHex(seed, SEALED_BYTES) && isHex(checksum, CHECKSUM_BYTES)
  if (!isKdf || !isOurs || !isSealed || !isIntegerWithin(nonce, 0, Number.MAX_SAFE_INTEGER)) throw damaged()
  const whole: BackupFile = { format, version, network, nodeId, nonce, kdf: { name, N, r, p, salt }, iv, seed, checksum }
  if (!equalBytes(utf8(checksumOf(whole)), utf8(checksum))) throw damaged()
  return whole
}

function isWork(N: unknown): N is number {
  return isIntegerWithin(N, LEAST_N, MOST_N) && Number.isInteger(Math.log2(N))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function openSeed(file: BackupFile, words: string): Promise<Uint8Array> {
  const { N, r, p, salt } = file.kdf
  const key = await passphraseKey({ passphrase: utf8(words), salt: fromHex(salt), work: { N, r, p } })
  const iv = fromHex(file.iv) as Uint8Array<ArrayBuffer>
  const sealed = fromHex(file.seed) as Uint8Array<ArrayBuffer>
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: headerBytes(file) }, key, sealed))
  } catch {
    throw new ApiError({
      code: 'wrong-passphrase',
      message: 'This passphrase does not open the backup. Check capital letters and the keyboard’s language.',
    })
  }
}

type Header = Omit<BackupFile, 'seed' | 'checksum'>

/** A list in a fixed order: the same bytes however a tool has ordered the file's fields. */
function headerBytes({ format, version, network, nodeId, nonce, kdf, iv }: Header): Uint8Array<ArrayBuffer> {
  const { name, N, r, p, salt } = kdf
  return utf8(JSON.stringify([format, version, network, nodeId, nonce, name, N, r, p, salt, iv])) as Uint8Array<ArrayBuffer>
}

function checksumOf(file: Omit<BackupFile, 'checksum'>): Hex {
  return toHex(sha256(headerBytes(file), fromHex(file.seed)).subarray(0, CHECKSUM_BYTES))
}

function checkPassphrase(passphrase: unknown): string {
  if (typeof passphrase !== 'string') throw wrongPassphrase('A passphrase is a text.')
  if (passphrase.length > MOST_PASSPHRASE) throw wrongPassphrase(`A passphrase has at most ${MOST_PASSPHRASE} characters.`)
  // Keyboards write the same letter in different code points; the same passphrase must open the file on each.
  return passphrase.normalize('NFKC')
}

function wrongPassphrase(message: string): ApiError {
  return new ApiError({ code: 'invalid-argument', field: 'passphrase', message })
}

function damaged(): ApiError {
  return new ApiError({ code: 'damaged-backup', message: 'This backup is damaged or was changed. Use another copy of it.' })
}

function randomBytes(count: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(count))
}
