/** How this device may be reached over WebRTC. */
export interface IceOptions {
  readonly iceServers: readonly RTCIceServer[]
  /** Over TURN servers only: the other side does not see this device's address. */
  readonly relayOnly: boolean
}

export function rtcConfiguration({ iceServers, relayOnly }: IceOptions): RTCConfiguration {
  return { iceServers: [...iceServers], ...(relayOnly && { iceTransportPolicy: 'relay' as const }) }
}
