/**
 * A dishonest relay out of a real tab: `page.addInitScript(swapFingerprints)` before it opens. Every SDP of other peers that the tab sends on
 * over a data channel, PeerJS's included, then names another DTLS fingerprint, as a peer in between would have it. Its own SDPs stay.
 * `window.swappedFingerprints` counts what it changed. The app under test knows nothing of it.
 */
export function swapFingerprints(): void {
  const world = globalThis as unknown as { swappedFingerprints: number; RTCPeerConnection: typeof RTCPeerConnection }
  const own: RTCPeerConnection[] = []
  const Real = world.RTCPeerConnection
  world.swappedFingerprints = 0
  world.RTCPeerConnection = class extends Real {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      own.push(this)
    }
  }
  const prototype = RTCDataChannel.prototype
  const send = prototype.send as (this: RTCDataChannel, data: ArrayBufferView<ArrayBuffer>) => void
  const marker = 'a=fingerprint:sha-256 '
  prototype.send = function (this: RTCDataChannel, data: unknown): void {
    const view = ArrayBuffer.isView(data) ? data : new Uint8Array(data as ArrayBuffer)
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice()
    const text = String.fromCharCode(...bytes)
    const at = text.indexOf(marker) + marker.length
    const fingerprint = text.slice(at, at + 95)
    const isOwn = own.some((connection) => connection.localDescription?.sdp.includes(fingerprint))
    if (at >= marker.length && !isOwn) {
      bytes.set([0x30, 0x30], text.startsWith('00', at) ? at + 3 : at)
      world.swappedFingerprints += 1
    }
    send.call(this, bytes)
  }
}
