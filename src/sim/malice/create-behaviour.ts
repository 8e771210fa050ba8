import type { NodeId } from '../../base/identity.ts'
import type { Behaviour, Means } from '../observer.ts'
import { completeLate } from './complete-late.ts'
import { falseHandoff } from './handoffs.ts'
import type { MaliceKind } from './kinds.ts'
import { falsePrice, favour, replay, twoFaced } from './lies.ts'
import { claimClosest, dropRoutes, misroute } from './routers.ts'
import { muteRoot, selective, silent, silentToBrokers, silentToTraders } from './silence.ts'
import type { Malice } from './speech.ts'
import { doubleSell, equivocate, flood, ignoreMatch, noReceipt, tinyValidity } from './traders.ts'

const CREATORS: Readonly<Record<MaliceKind, (malice: Malice) => Behaviour>> = {
  silent,
  'silent-to-brokers': silentToBrokers,
  'silent-to-traders': silentToTraders,
  selective,
  'false-price': falsePrice,
  favour,
  replay,
  'two-faced': twoFaced,
  'false-handoff': falseHandoff,
  'mute-root': muteRoot,
  equivocate,
  'ignore-match': ignoreMatch,
  'no-receipt': noReceipt,
  'complete-late': completeLate,
  'double-sell': doubleSell,
  flood,
  'tiny-validity': tinyValidity,
  'drop-routes': dropRoutes,
  misroute,
  'claim-closest': claimClosest,
}

/** For one peer, for as long as it misbehaves. `isFriend`: whose offers it favours, by default its fellows' and its own. `did`: it really changed something. */
export function createBehaviour(
  kind: MaliceKind,
  means: Means,
  options: { readonly isFriend?: (peer: NodeId) => boolean; readonly did?: () => void } = {},
): Behaviour {
  const { isFriend = (peer) => peer === means.nodeId || means.isFellow(peer), did = () => {} } = options
  return CREATORS[kind]({ means, isFriend, did })
}
