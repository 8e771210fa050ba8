/** What a visitor chooses for an experiment. */
import { useState } from 'preact/hooks'
import { Field } from '../field.tsx'
import type { LabMalice } from './lab-api.ts'
import {
  errorsOf,
  formatShare,
  type LabErrors,
  type LabFields,
  LEAST_N,
  MALICE_WORDS,
  MOST_N,
  modeWords,
  settingsOf,
} from './lab-fields.ts'
import type { Lab } from './use-lab.ts'

interface PartProps {
  readonly fields: LabFields
  readonly errors: LabErrors
  readonly change: (part: Partial<LabFields>) => void
}

/** Seeds offered by the button: short enough to say to somebody. */
const SEEDS = 1_000_000

export function LabForm({ fields, change, lab }: Pick<PartProps, 'fields' | 'change'> & { readonly lab: Lab }) {
  const [isChecked, setChecked] = useState(false)
  const errors = isChecked ? errorsOf(fields) : {}
  const isRunning = lab.stage === 'running'
  const run = (event: Event) => {
    event.preventDefault()
    setChecked(true)
    const found = errorsOf(fields)
    const form = event.currentTarget as HTMLFormElement
    const [first] = Object.keys(found)
    if (first === undefined) lab.start(settingsOf(fields))
    else setTimeout(() => (form.elements.namedItem(first) as HTMLElement | null)?.focus(), 0)
  }
  const part = { fields, errors, change }
  return (
    <form class="form card lab-form" data-testid="lab-form" aria-label="Experiment" noValidate onSubmit={run}>
      <RingPart {...part} />
      <BrokersPart {...part} />
      <TradersPart {...part} />
      <SeedPart {...part} />
      <div class="form-foot">
        <button type="submit" class="button button-main" disabled={isRunning}>
          Run
        </button>
      </div>
    </form>
  )
}

function RingPart({ fields, errors, change }: PartProps) {
  return (
    <fieldset class="lab-part">
      <legend>Ring</legend>
      <Field form="lab" name="peers" label="Peers" hint="More take longer: 100 and up, minutes." error={errors.peers}>
        {(control) => (
          <input
            {...control}
            type="text"
            inputMode="numeric"
            autocomplete="off"
            value={fields.peers}
            onInput={(event) => change({ peers: event.currentTarget.value })}
          />
        )}
      </Field>
      <Slider label="Brokers a service, n" name="n" range={[LEAST_N, MOST_N]} value={fields.n} change={(n) => change({ n })} />
    </fieldset>
  )
}

function BrokersPart({ fields, change }: PartProps) {
  const { malicious, n, kind } = fields
  return (
    <fieldset class="lab-part">
      <legend>Misbehaving brokers</legend>
      <Slider
        label="Of each set"
        name="malicious"
        range={[0, n]}
        value={malicious}
        words={`${malicious} of ${n}, ${formatShare(malicious / n)}`}
        change={(value) => change({ malicious: value })}
      />
      <Field form="lab" name="kind" label="How" hint={MALICE_WORDS[kind][1]} error={undefined}>
        {(control) => (
          <select {...control} value={kind} onChange={(event) => change({ kind: event.currentTarget.value as LabMalice })}>
            {Object.entries(MALICE_WORDS).map(([value, [name]]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
    </fieldset>
  )
}

function TradersPart({ fields, errors, change }: PartProps) {
  const { f, n } = fields
  return (
    <fieldset class="lab-part">
      <legend>Traders</legend>
      <Slider label="Brokers an offer goes to, f" name="f" range={[1, n]} value={f} change={(value) => change({ f: value })} />
      <fieldset class="lab-mode">
        <legend>When brokers hold an offer back</legend>
        {[false, true].map((watch) => (
          <label key={String(watch)}>
            <input type="radio" name="watch" checked={fields.watch === watch} onChange={() => change({ watch })} />
            {modeWords(watch)}
            {watch ? '' : ', as in the paper'}
          </label>
        ))}
      </fieldset>
      <Field form="lab" name="pairs" label="Crossing pairs" hint="A buyer and a seller each, outside of the set." error={errors.pairs}>
        {(control) => (
          <input
            {...control}
            type="text"
            inputMode="numeric"
            autocomplete="off"
            value={fields.pairs}
            onInput={(event) => change({ pairs: event.currentTarget.value })}
          />
        )}
      </Field>
    </fieldset>
  )
}

function SeedPart({ fields, errors, change }: PartProps) {
  return (
    <fieldset class="lab-part">
      <legend>Chance</legend>
      <Field form="lab" name="seed" label="Seed" hint="The same seed and settings give the same run." error={errors.seed}>
        {(control) => (
          <input
            {...control}
            type="text"
            inputMode="numeric"
            autocomplete="off"
            value={fields.seed}
            onInput={(event) => change({ seed: event.currentTarget.value })}
          />
        )}
      </Field>
      <button type="button" class="link-button" onClick={() => change({ seed: String(Math.floor(Math.random() * SEEDS)) })}>
        Another seed
      </button>
    </fieldset>
  )
}

interface SliderProps {
  readonly label: string
  readonly name: string
  readonly range: readonly [number, number]
  readonly value: number
  /** Instead of the number alone. */
  readonly words?: string
  readonly change: (value: number) => void
}

function Slider({ label, name, range, value, words = String(value), change }: SliderProps) {
  const [min, max] = range
  const id = `lab-${name}`
  return (
    <div class="field lab-slider">
      <label for={id}>{label}</label>
      {/* The slider itself says its value to screen readers. */}
      <span class="lab-value" aria-hidden="true">
        {words}
      </span>
      <input
        id={id}
        name={name}
        type="range"
        min={min}
        max={max}
        step={1}
        value={value}
        aria-valuetext={words}
        onInput={(event) => change(Number(event.currentTarget.value))}
      />
    </div>
  )
}
