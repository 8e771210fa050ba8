import { expect, test } from 'vitest'
import { type Connection, openConnection } from './peer-channel.ts'

function sdp(byte: string): { sdp: string } {
  return { sdp: `v=0\r\na=fingerprint:sha-256 ${Array.from({ length: 32 }, () => byte).join(':')}\r\n` }
}

/** A peerjs connection whose page hears late of the other side's answer. */
class LateConnection {
  readonly peerConnection = Object.assign(new EventTarget(), {
    signalingState: 'have-local-offer',
    localDescription: sdp('AA'),
    remoteDescription: null as { sdp: string } | null,
  })
  readonly dataChannel = Object.assign(new EventTarget(), { ordered: true, maxRetransmits: null, maxPacketLifeTime: null })
  readonly #handlers = new Map<string, ((value?: unknown) => void)[]>()
  closed = false

  on(event: string, handler: (value?: unknown) => void): void {
    this.#handlers.set(event, [...(this.#handlers.get(event) ?? []), handler])
  }

  emit(event: string, value?: unknown): void {
    for (const handler of this.#handlers.get(event) ?? []) handler(value)
  }

  close(): void {
    this.closed = true
  }

  answer(): void {
    this.peerConnection.remoteDescription = sdp('BB')
    this.peerConnection.signalingState = 'stable'
    this.peerConnection.dispatchEvent(new Event('signalingstatechange'))
  }
}

test('a data channel that is open before the answer is known waits for its bindings, and loses nothing', async () => {
  const connection = new LateConnection()
  const opened = openConnection(connection as unknown as Connection, () => {})
  connection.emit('open')
  connection.emit('data', 'welcome')
  connection.emit('data', Uint8Array.of(7).buffer)
  // The answer is another task's.
  await new Promise((resolve) => setImmediate(resolve))
  connection.answer()
  const channel = await opened
  if (typeof channel === 'string') throw new Error(channel)
  expect(connection.closed).toBe(false)
  expect(await channel.welcomed()).toBe('')
  expect(channel.localBinding).toContain('AA:AA')
  expect(channel.remoteBinding).toContain('BB:BB')
  const frames: Uint8Array[] = []
  channel.listen({ onFrame: (frame) => frames.push(frame), onDrain: () => {}, onClose: () => {} })
  expect(frames).toEqual([Uint8Array.of(7)])
})

test('one that may lose messages is refused', async () => {
  const connection = new LateConnection()
  connection.dataChannel.ordered = false
  const opened = openConnection(connection as unknown as Connection, () => {})
  connection.emit('open')
  connection.answer()
  expect(await opened).toBe('it may lose messages')
  expect(connection.closed).toBe(true)
})
