import type { Fault, Scene } from '../run/scene.ts'
import { churn } from './churn.ts'
import { clockDrift, clockJump, clockOffset, hiddenTab, throttledTab } from './clocks.ts'
import { diskDamage, diskFull } from './disks.ts'
import type { FaultKind } from './kinds.ts'
import { burst, serverOutage } from './load.ts'
import { crash, diskLoss, massLeave, sleep, writeLost } from './machines.ts'
import { asymmetry, delay, halfOpen, jitter, linkDeath, partition, unreachable } from './network.ts'

const CREATORS: Readonly<Record<FaultKind, (scene: Scene) => Fault>> = {
  delay,
  jitter,
  asymmetry,
  'link-death': linkDeath,
  'half-open': halfOpen,
  unreachable,
  partition,
  crash,
  'disk-loss': diskLoss,
  'clock-offset': clockOffset,
  'clock-drift': clockDrift,
  'clock-jump': clockJump,
  'hidden-tab': hiddenTab,
  'throttled-tab': throttledTab,
  sleep,
  churn,
  'mass-leave': massLeave,
  'server-outage': serverOutage,
  burst,
  'disk-full': diskFull,
  'disk-damage': diskDamage,
  'write-lost': writeLost,
}

/** A fault of this kind for a run. Several of one run may go on at once; each undoes what it did itself. */
export function createFault(kind: FaultKind, scene: Scene): Fault {
  return CREATORS[kind](scene)
}
