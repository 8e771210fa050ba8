// simple-peer 9 ships no types. Only what the links use is declared here, so that nothing else gets used by accident.
declare module 'simple-peer/simplepeer.min.js' {
  export type SignalData =
    | { type: 'offer' | 'answer' | 'pranswer' | 'rollback'; sdp: string }
    | { type: 'candidate'; candidate: { candidate: string; sdpMLineIndex: number | null; sdpMid: string | null } }
    | { type: 'renegotiate'; renegotiate: boolean }
    | { type: 'transceiverRequest'; transceiverRequest: unknown }

  export interface SimplePeerOptions {
    initiator?: boolean
    trickle?: boolean
    config?: RTCConfiguration
    channelName?: string
    channelConfig?: RTCDataChannelInit
    /** Without trickle: how long, in milliseconds, to wait for the last candidate before signalling. */
    iceCompleteTimeout?: number
    offerOptions?: RTCOfferOptions
    answerOptions?: RTCAnswerOptions
    sdpTransform?: (sdp: string) => string
  }

  export interface SimplePeerEvents {
    signal: (data: SignalData) => void
    connect: () => void
    data: (chunk: Uint8Array) => void
    close: () => void
    error: (error: Error & { code?: string }) => void
    iceStateChange: (connection: RTCIceConnectionState, gathering: RTCIceGatheringState) => void
  }

  export default class SimplePeer {
    static readonly WEBRTC_SUPPORT: boolean
    constructor(options?: SimplePeerOptions)
    readonly initiator: boolean
    readonly connected: boolean
    readonly destroyed: boolean
    /** Bytes queued in the data channel; 0 before it is open. */
    readonly bufferSize: number
    /** Internals, for what has no public form: construction counts, `bufferedamountlow`, DTLS fingerprints. */
    readonly _pc: RTCPeerConnection | null
    readonly _channel: RTCDataChannel | null
    signal(data: SignalData | string): void
    send(chunk: string | ArrayBufferView | ArrayBuffer): void
    destroy(error?: Error): void
    on<E extends keyof SimplePeerEvents>(event: E, listener: SimplePeerEvents[E]): this
    once<E extends keyof SimplePeerEvents>(event: E, listener: SimplePeerEvents[E]): this
    removeListener<E extends keyof SimplePeerEvents>(event: E, listener: SimplePeerEvents[E]): this
    removeAllListeners(event?: keyof SimplePeerEvents): this
  }
}
