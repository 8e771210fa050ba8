/**
 * Every request ends once (DESIGN): each `sign` is answered by one `signed`, each `store` by one `stored`, each command by one `result`, and nothing is
 * answered that was not asked; and none stays open for longer than it may.
 */
import { WAKE_MS } from '../../base/schedule.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import { COMMAND_MS } from '../../trader/durations.ts'
import type { Checker, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'

const NAME = 'ends-once'
type Kind = 'sign' | 'store' | 'command'
/** All that a command waits for ends within COMMAND_MS: the trader ends it then itself. A timer that is late by less than a wake-up is not put off. */
const MOST_COMMAND_MS = COMMAND_MS + WAKE_MS + 1_000
/** Disks and signers of this world answer within some ms; hidden tabs have no slower ones. */
const MOST_ANSWER_MS = 5_000

/** One life of a node: from the opening of its tab to the end. */
interface Life {
  /** Time that the peer has been awake for, as its deadlines count it: what a wake-up puts off does not count. */
  activeMs: number
  /** Local clock of the last step, and the next deadline after it. */
  atMs: number
  nextMs: number
  /** Open requests, and the active time at which each was asked. */
  readonly open: Record<Kind, Map<number, number>>
}

class EndsOnce implements Checker {
  readonly name = NAME
  readonly #scene: Scene
  readonly #lives = new Map<SimNode, Life>()

  constructor(scene: Scene) {
    this.#scene = scene
  }

  lived(node: SimNode, change: 'start' | 'stop' | 'crash'): void {
    const life = this.#lives.get(node)
    if (change === 'stop' && life !== undefined) {
      for (const request of life.open.command.keys()) this.#report(node, `command ${request} has no end, and the tab is closed`)
    }
    this.#lives.delete(node)
  }

  stepped(node: SimNode, event: PeerEvent, effects: readonly Effect[]): void {
    if (!this.#scene.isHonest(node.nodeId)) return
    const life = this.#lives.get(node) ?? this.#begin(node, event.nowMs)
    pass(life, event.nowMs)
    if (event.type === 'command') this.#asked(node, life, { kind: 'command', request: event.request })
    if (event.type === 'signed') this.#answered(node, life, { kind: 'sign', request: event.request })
    if (event.type === 'stored') this.#answered(node, life, { kind: 'store', request: event.transaction })
    for (const effect of effects) {
      if (effect.type === 'sign') this.#asked(node, life, { kind: 'sign', request: effect.request })
      if (effect.type === 'store') this.#asked(node, life, { kind: 'store', request: effect.transaction })
      if (effect.type === 'result') this.#answered(node, life, { kind: 'command', request: effect.request })
    }
    life.nextMs = node.running ? node.peer.nextMs() : Number.POSITIVE_INFINITY
  }

  look(): void {
    for (const [node, life] of this.#lives) {
      this.#overdue(node, life, { kind: 'command', mostMs: MOST_COMMAND_MS })
      this.#overdue(node, life, { kind: 'sign', mostMs: MOST_ANSWER_MS })
      this.#overdue(node, life, { kind: 'store', mostMs: MOST_ANSWER_MS })
    }
  }

  #begin(node: SimNode, nowMs: number): Life {
    const open = { sign: new Map<number, number>(), store: new Map<number, number>(), command: new Map<number, number>() }
    const life: Life = { activeMs: 0, atMs: nowMs, nextMs: Number.POSITIVE_INFINITY, open }
    this.#lives.set(node, life)
    return life
  }

  #asked(node: SimNode, { open, activeMs }: Life, { kind, request }: { readonly kind: Kind; readonly request: number }): void {
    if (open[kind].has(request)) this.#report(node, `${kind} ${request} was asked twice`)
    open[kind].set(request, activeMs)
  }

  #answered(node: SimNode, { open }: Life, { kind, request }: { readonly kind: Kind; readonly request: number }): void {
    if (!open[kind].delete(request)) this.#report(node, `${kind} ${request} ended twice, or was never asked`)
  }

  #overdue(node: SimNode, { open, activeMs }: Life, { kind, mostMs }: { readonly kind: Kind; readonly mostMs: number }): void {
    for (const [request, askedMs] of open[kind]) {
      if (activeMs - askedMs <= mostMs) continue
      this.#report(node, `${kind} ${request} has had no end for ${Math.floor((activeMs - askedMs) / 1_000)} s`)
      open[kind].set(request, Number.POSITIVE_INFINITY)
    }
  }

  #report(node: SimNode, what: string): void {
    this.#scene.violations.report(NAME, `at ${node.nodeId}: ${what}`)
  }
}

/** Takes the time of a step, as the core's schedule does: by a wake-up deadlines are put off, with a clock set back they go back. */
function pass(life: Life, nowMs: number): void {
  const lateMs = nowMs - life.nextMs
  if (nowMs > life.atMs) life.activeMs += nowMs - life.atMs - (lateMs >= WAKE_MS ? lateMs : 0)
  life.atMs = nowMs
}

export function endsOnce(scene: Scene): Checker {
  return new EndsOnce(scene)
}
