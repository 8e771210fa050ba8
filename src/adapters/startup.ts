/** How far this tab has come on its way into the market, step by step, for the screen. */

export interface StartupStep {
  readonly id: 'config' | 'identity' | 'puzzle' | 'store' | 'rendezvous' | 'ring'
  readonly label: string
  readonly state: 'waiting' | 'running' | 'done' | 'failed'
  readonly detail: string
  /** 0 to 1. */
  readonly progress?: number
}

/** What only the person can say. Nothing waits for the answer. */
export interface StartupQuestion {
  readonly text: string
  yes(): void
  no(): void
}

export interface StartupView {
  readonly steps: readonly StartupStep[]
  /** What stops this tab for good, and what to do; empty when nothing does. */
  readonly problem: string
  /** What a person should know but can trade with. */
  readonly notices: readonly string[]
  readonly question: StartupQuestion | null
}

const LABELS: readonly (readonly [StartupStep['id'], string])[] = [
  ['config', 'Read the configuration'],
  ['identity', 'Claim an identity for this tab'],
  ['puzzle', 'Solve the puzzle that makes identities cost something'],
  ['store', 'Open the store on this device'],
  ['rendezvous', 'Find other peers'],
  ['ring', 'Take the place on the ring'],
]

/** Notices kept at once; the oldest goes first. */
const MAX_NOTICES = 8

export class Startup {
  #view: StartupView
  readonly #onChange: () => void

  constructor(onChange: () => void) {
    this.#onChange = onChange
    const steps = LABELS.map(([id, label]) => ({ id, label, state: 'waiting' as const, detail: '' }))
    this.#view = { steps, problem: '', notices: [], question: null }
  }

  /** A value: made anew at each change. */
  get view(): StartupView {
    return this.#view
  }

  /** Sets a step; nothing happens when it is so already. */
  step(id: StartupStep['id'], change: Partial<Omit<StartupStep, 'id' | 'label'>>): void {
    const before = this.#view.steps.find((step) => step.id === id)
    const unchanged = Object.entries(change).every(([name, value]) => before?.[name as keyof StartupStep] === value)
    if (unchanged) return
    this.#set({ steps: this.#view.steps.map((step) => (step.id === id ? { ...step, ...change } : step)) })
  }

  /** This tab cannot go on: the running step failed. */
  fail(problem: string): void {
    const steps = this.#view.steps.map((step) => (step.state === 'running' ? { ...step, state: 'failed' as const, detail: problem } : step))
    this.#set({ steps, problem })
  }

  /** Something to know that does not stop the tab; said once. */
  notice(text: string): void {
    if (text === '' || this.#view.notices.includes(text)) return
    this.#set({ notices: [...this.#view.notices, text].slice(-MAX_NOTICES) })
  }

  /** Shows the question until it is answered; a later one takes its place. */
  ask(text: string, yes: () => void): void {
    const answered = (): void => this.#set({ question: null })
    const agree = (): void => {
      answered()
      yes()
    }
    this.#set({ question: { text, yes: agree, no: answered } })
  }

  #set(change: Partial<StartupView>): void {
    this.#view = { ...this.#view, ...change }
    this.#onChange()
  }
}
