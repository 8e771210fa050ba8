/** Every way of a peer to misbehave that a run can switch on. */
export const BROKER_MALICE = [
  'silent', // acknowledges and answers, then neither forwards, attests nor notifies (figure 4)
  'silent-to-brokers', // takes offers and forwards nothing to the set
  'silent-to-traders', // takes part among brokers, tells traders nothing: no notice, no attestation
  'selective', // forwards to some members only
  'false-price', // quotes better prices than there are
  'favour', // holds back what would beat a friend's offer
  'replay', // forwards matched and expired offers again
  'two-faced', // tells different stories to different members
  'false-handoff', // hands over tables with rows left out, old rows and rows that do not belong
  'mute-root', // never announces a service and never hands over
] as const

export const TRADER_MALICE = [
  'equivocate', // two offers under one number, to different brokers
  'ignore-match', // never answers a match or a half
  'no-receipt', // as seller makes no half, as buyer does not complete
  'complete-late', // as buyer completes a half only when its deadline is over
  'double-sell', // signs receipts for old offers as well
  'flood', // valid offers, one after the other, as fast as it can
  'tiny-validity', // offers that expire at once
] as const

export const ROUTER_MALICE = [
  'drop-routes', // acknowledges what it should carry on, and drops it
  'misroute', // carries it on to a wrong peer
  'claim-closest', // answers for every place on the ring as if it were the closest
] as const

export const MALICE_KINDS = [...BROKER_MALICE, ...TRADER_MALICE, ...ROUTER_MALICE] as const

export type MaliceKind = (typeof MALICE_KINDS)[number]
