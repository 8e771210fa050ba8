/**
 * peerjs constructs an RTCPeerConnection for every offer that the server brings, of any kind and number, before anyone is asked; Chrome allows a
 * tab 500. This is its raw connection behind a gate: what does not pass is thrown away before anything is constructed.
 */
import { BufferedConnection, type Peer, type PeerOptions } from 'peerjs'
import { checkSdp } from '../links/sdp.ts'

type Serializers = NonNullable<PeerOptions['serializers']>

/** What the other side's offer brings; anything at all, as it comes from outside. */
interface Options {
  readonly _payload?: { readonly sdp?: { readonly type?: unknown; readonly sdp?: unknown } }
}

/** Only raw connections, only offers of one data channel, and only as many as `admit` lets pass. */
export function guardedSerializers(admit: () => boolean): Serializers {
  const refused = rawConnection(() => false)
  return { raw: rawConnection(admit), json: refused, binary: refused, 'binary-utf8': refused, default: refused }
}

function rawConnection(admit: () => boolean): Serializers[string] {
  return class RawConnection extends BufferedConnection {
    readonly serialization = 'raw'

    constructor(peerId: string, provider: Peer, options: Options) {
      // Calls of this side have no payload, and asked before.
      if ('_payload' in options && !(isOffer(options) && admit())) throw new Error('An offer of a connection was ignored.')
      super(peerId, provider, options)
    }

    protected override _handleDataMessage(event: MessageEvent): void {
      this.emit('data', event.data)
    }

    protected override _send(data: ArrayBuffer): void {
      this._bufferedSend(data)
    }
  }
}

function isOffer({ _payload }: Options): boolean {
  const description = _payload?.sdp
  return description?.type === 'offer' && typeof description.sdp === 'string' && checkSdp('offer', description.sdp).ok
}
