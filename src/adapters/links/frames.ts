/**
 * Frames of a link: what fits into one message of a channel, and messages cut into them and put together again.
 *
 * Invariants
 * 1. A frame's first byte is its kind. Pieces of a message have the kinds 0 to 3: 1 for the first, plus 2 for the last.
 * 2. A message has one way to be cut: every piece but the last is full. So at most 17 pieces are ever held for a message.
 * 3. `Assembler` never throws and never holds more than MAX_MESSAGE_BYTES, whatever arrives.
 */
import { assert } from '../../base/assert.ts'
import { concat, fromUtf8, utf8 } from '../../base/bytes.ts'
import { MAX_FRAME_BYTES } from '../../peer/world.ts'
import { MAX_MESSAGE_BYTES } from '../../wire/messages.ts'

const FIRST = 1
const LAST = 2
/** Bytes of a message in one frame, after the kind. */
const PIECE_BYTES = MAX_FRAME_BYTES - 1
/** A close's reason is for a person; longer ones are cut by the sender and by the receiver. */
const MAX_REASON_BYTES = 800

/** Kinds of frames that are not pieces of a message. hello, proof, ready: the handshake. end: no more messages on this channel. close: why the link ends. */
export const FRAME = { hello: 0x10, proof: 0x11, ready: 0x12, end: 0x13, close: 0x14 } as const

/** A frame of a kind in {@link FRAME}. */
export function controlFrame(kind: number, body: Uint8Array): Uint8Array {
  assert(body.length <= PIECE_BYTES, 'a control frame fits in one frame')
  return concat(Uint8Array.of(kind), body)
}

/** The frame that ends a link, with a reason for a person. */
export function closeFrame(reason: string): Uint8Array {
  return controlFrame(FRAME.close, utf8(reason.slice(0, MAX_REASON_BYTES / 4)))
}

/** The reason in a close frame; control characters and what is too long or no text are left out, as it may get on a screen. */
export function closeReason(frame: Uint8Array): string {
  const text = fromUtf8(frame.subarray(1, 1 + MAX_REASON_BYTES)) ?? ''
  return text.replaceAll(/\p{C}/gu, '') || 'closed without a reason'
}

/** The frames of a message of at most MAX_MESSAGE_BYTES; one even when it is empty. */
export function cutMessage(message: Uint8Array): Uint8Array[] {
  assert(message.length <= MAX_MESSAGE_BYTES, `a message has at most ${MAX_MESSAGE_BYTES} bytes`)
  const frames: Uint8Array[] = []
  let start = 0
  do {
    const piece = message.subarray(start, start + PIECE_BYTES)
    const isLast = start + PIECE_BYTES >= message.length
    frames.push(concat(Uint8Array.of((start === 0 ? FIRST : 0) | (isLast ? LAST : 0)), piece))
    start += PIECE_BYTES
  } while (start < message.length)
  return frames
}

/** True for a piece of a message; other kinds are control frames or unknown. */
export function isPiece(frame: Uint8Array): boolean {
  return (frame[0] ?? 0xff) <= (FIRST | LAST)
}

/** What a piece leads to: a whole message, waiting for more, or the reason why the sender broke the rules. */
export type Assembled =
  | { readonly type: 'message'; readonly message: Uint8Array }
  | { readonly type: 'partial' }
  | { readonly type: 'malformed'; readonly reason: string }

/** Puts the pieces of one channel together, in the order they come. After `malformed` it is of no more use. */
export class Assembler {
  #pieces: Uint8Array[] = []
  #size = 0

  /** `frame`: a piece by {@link isPiece}. It is copied, or given away inside the message. */
  push(frame: Uint8Array): Assembled {
    const kind = frame[0] ?? 0
    const isFirst = (kind & FIRST) !== 0
    const isLast = (kind & LAST) !== 0
    if (frame.length > MAX_FRAME_BYTES) return malformed('a frame too long')
    if (isFirst !== (this.#pieces.length === 0)) return malformed(isFirst ? 'a message inside a message' : 'a piece of no message')
    if (!isLast && frame.length !== MAX_FRAME_BYTES) return malformed('a piece that is not full')
    if (isLast && !isFirst && frame.length === 1) return malformed('an empty last piece')
    this.#size += frame.length - 1
    if (this.#size > MAX_MESSAGE_BYTES) return malformed('a message too long')
    this.#pieces.push(frame.slice(1))
    if (!isLast) return { type: 'partial' }
    const message = isFirst ? (this.#pieces[0] as Uint8Array) : concat(...this.#pieces)
    this.#pieces = []
    this.#size = 0
    return { type: 'message', message }
  }
}

function malformed(reason: string): Assembled {
  return { type: 'malformed', reason }
}
