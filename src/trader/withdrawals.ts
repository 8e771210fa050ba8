import type { NodeId } from '../base/identity.ts'
import type { Withdrawal } from '../market/offer.ts'
import type { Answer, Asks } from './asks.ts'
import type { BrokerDirectory } from './broker-directory.ts'

/**
 * Each broker is asked this often before it counts as gone; it learns of the withdrawal from the others (PROTOCOL 6). One without room for a link
 * lives, and is asked patiently the first time: until then it keeps the offer.
 */
const ATTEMPTS = 2

/** How many brokers have taken the offer out, of those told. */
export interface Withdrawn {
  readonly accepted: number
  readonly of: number
}

/** Brings a withdrawal to every member of the set and to every broker that may hold the offer (PROTOCOL 4). */
export class Withdrawals {
  readonly #asks: Asks
  readonly #directory: BrokerDirectory

  constructor(around: { readonly asks: Asks; readonly directory: BrokerDirectory }) {
    this.#asks = around.asks
    this.#directory = around.directory
  }

  /** `done` runs once: when a majority of those told took it out, or when nobody is left to answer. */
  send(withdrawal: Withdrawal, holders: readonly NodeId[], done: (withdrawn: Withdrawn) => void): void {
    this.#directory.find(withdrawal.service, (members) => {
      const brokers = [...new Set([...members, ...holders])]
      let accepted = 0
      let waiting = brokers.length
      let told = false
      const tellWhenClear = (): void => {
        if (told || (accepted * 2 <= brokers.length && waiting > 0)) return
        told = true
        done({ accepted, of: brokers.length })
      }
      for (const broker of brokers) {
        this.#sendTo(withdrawal, { broker, attempts: ATTEMPTS }, (taken) => {
          waiting -= 1
          if (taken) accepted += 1
          tellWhenClear()
        })
      }
      tellWhenClear()
    })
  }

  #sendTo(withdrawal: Withdrawal, to: { readonly broker: NodeId; readonly attempts: number }, done: (taken: boolean) => void): void {
    const ask = { type: 'withdraw', withdrawal } as const
    const isWanted = (): boolean => to.attempts === ATTEMPTS
    this.#asks.askPatiently(to.broker, { ask, isWanted }, (answer) => {
      const isAgain = answer === null && to.attempts > 1 && !this.#asks.isFull(to.broker)
      if (isAgain) return this.#sendTo(withdrawal, { ...to, attempts: to.attempts - 1 }, done)
      if (answer !== null) this.#directory.learn(withdrawal.service, to.broker, answer)
      done(isTaken(withdrawal, answer))
    })
  }
}

function isTaken(withdrawal: Withdrawal, answer: Answer | null): boolean {
  if (answer?.type !== 'offer-answer') return false
  // A member that knows nothing of the service holds nothing of it.
  if (answer.refusal === 'service-unknown') return true
  return answer.refusal === null || (answer.state.state === 'withdrawn' && answer.state.seq === withdrawal.seq)
}
