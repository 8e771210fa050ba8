/** Every kind of trouble that a run can switch on. */
export const FAULT_KINDS = [
  'delay', // slow for a while, everywhere
  'jitter', // each message its own delay
  'asymmetry', // slow one way between some pairs
  'link-death', // a link carries nothing more, and nobody is told
  'half-open', // a link carries one way only
  'unreachable', // pairs that never get a direct link
  'partition', // two parts that do not hear each other, then do again
  'crash', // the disk stays, what was not committed is lost
  'disk-loss', // a crash that takes the disk with it
  'clock-offset', // clocks that are off from the start
  'clock-drift', // clocks that run fast or slow
  'clock-jump', // clocks that are set forward or back
  'hidden-tab', // timers at 1 Hz
  'throttled-tab', // timers once a minute
  'sleep', // machines that sleep and wake
  'churn', // joins and leaves at Weibull session times
  'mass-leave', // a share of all peers goes at once, some without a goodbye
  'server-outage', // the rendezvous is gone for a while
  'burst', // many commands at one moment
  'disk-full', // commits are refused for a while
  'disk-damage', // records with a wrong checksum, seen at the next start
  'write-lost', // a crash while something is being stored, which is then not on the disk
] as const

export type FaultKind = (typeof FAULT_KINDS)[number]
