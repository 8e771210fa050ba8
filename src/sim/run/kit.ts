/** All checkers of a run. */
import { acknowledgedKept } from '../checks/acknowledged-kept.ts'
import { crossingTrades } from '../checks/crossing.ts'
import { sameDecision } from '../checks/decisions-same.ts'
import { boundedGrowth } from '../checks/growth.ts'
import { linkEnds } from '../checks/link-ends.ts'
import { operations } from '../checks/operations.ts'
import { attestOnce } from '../checks/receipts-attested.ts'
import { unforged } from '../checks/receipts-forged.ts'
import { lateProof } from '../checks/receipts-late.ts'
import { newestOnly } from '../checks/receipts-newest.ts'
import { oneReceipt } from '../checks/receipts-once.ts'
import { soundReceipt } from '../checks/receipts-sound.ts'
import { endsOnce } from '../checks/requests.ts'
import { honestNotBanned } from '../checks/ring-bans.ts'
import { idealAfterHeal } from '../checks/ring-ideal.ts'
import { oneRing } from '../checks/ring-one.ts'
import { tableBounds } from '../checks/tables-bounds.ts'
import type { Checker, Scene } from './scene.ts'

export const CHECKERS: readonly ((scene: Scene) => Checker)[] = [
  acknowledgedKept,
  attestOnce,
  boundedGrowth,
  crossingTrades,
  endsOnce,
  honestNotBanned,
  idealAfterHeal,
  lateProof,
  linkEnds,
  newestOnly,
  oneReceipt,
  oneRing,
  operations,
  sameDecision,
  soundReceipt,
  tableBounds,
  unforged,
]
