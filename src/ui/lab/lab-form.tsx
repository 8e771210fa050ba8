/** What a visitor chooses for an experiment. */
import { useState } from 'preact/hooks'
import { Field } from '../field.tsx'
import { labForm, lab as texts } from '../text/en/lab.ts'
import type { LabMalice } from './lab-api.ts'
import { errorsOf, formatShare, type LabErrors, type LabFields, LEAST_N, MOST_N, modeWords, settingsOf } from './lab-fields.ts'
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
    <form class="form card lab-form" data-testid="lab-form" aria-label={labForm.t.label} noValidate onSubmit={run}>
      <RingPart {...part} />
      <BrokersPart {...part} />
      <TradersPart {...part} />
      <SeedPart {...part} />
      <div class="form-foot">
        <button type="submit" class="button button-main" disabled={isRunning}>
          {labForm.t.run}
        </button>
      </div>
    </form>
  )
}

function RingPart(part: PartProps) {
  const { t } = labForm
  const { fields, change } = part
  return (
    <fieldset class="lab-part">
      <legend>{t.ring}</legend>
      <NumberField {...part} name="peers" label={t.peers} hint={t.peersHint} />
      <Slider label={t.n} name="n" range={[LEAST_N, MOST_N]} value={fields.n} change={(n) => change({ n })} />
    </fieldset>
  )
}

function BrokersPart({ fields, change }: PartProps) {
  const { t } = labForm
  const { malice } = texts.t
  const { malicious, n, kind } = fields
  return (
    <fieldset class="lab-part">
      <legend>{t.misbehaving}</legend>
      <Slider
        label={t.ofEachSet}
        name="malicious"
        range={[0, n]}
        value={malicious}
        words={t.share(malicious, n, formatShare(malicious / n))}
        change={(value) => change({ malicious: value })}
      />
      <Field form="lab" name="kind" label={t.how} hint={malice[kind].deed} error={undefined}>
        {(control) => (
          <select {...control} value={kind} onChange={(event) => change({ kind: event.currentTarget.value as LabMalice })}>
            {Object.entries(malice).map(([value, { name }]) => (
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

function TradersPart(part: PartProps) {
  const { t } = labForm
  const { fields, change } = part
  const { f, n } = fields
  return (
    <fieldset class="lab-part">
      <legend>{t.traders}</legend>
      <Slider label={t.f} name="f" range={[1, n]} value={f} change={(value) => change({ f: value })} />
      <fieldset class="lab-mode">
        <legend>{t.heldBack}</legend>
        {[false, true].map((watch) => (
          <label key={String(watch)}>
            <input type="radio" name="watch" checked={fields.watch === watch} onChange={() => change({ watch })} />
            {modeWords(watch)}
            {watch ? '' : `, ${t.asInPaper}`}
          </label>
        ))}
      </fieldset>
      <NumberField {...part} name="pairs" label={t.pairs} hint={t.pairsHint} />
    </fieldset>
  )
}

function SeedPart(part: PartProps) {
  const { t } = labForm
  return (
    <fieldset class="lab-part">
      <legend>{t.chance}</legend>
      <NumberField {...part} name="seed" label={t.seed} hint={t.seedHint} />
      <button type="button" class="link-button" onClick={() => part.change({ seed: String(Math.floor(Math.random() * SEEDS)) })}>
        {t.anotherSeed}
      </button>
    </fieldset>
  )
}

interface NumberFieldProps extends PartProps {
  readonly name: 'peers' | 'pairs' | 'seed'
  readonly label: string
  readonly hint: string
}

function NumberField({ fields, errors, change, name, label, hint }: NumberFieldProps) {
  return (
    <Field form="lab" name={name} label={label} hint={hint} error={errors[name]}>
      {(control) => (
        <input
          {...control}
          type="text"
          inputMode="numeric"
          autocomplete="off"
          value={fields[name]}
          onInput={(event) => change({ [name]: event.currentTarget.value })}
        />
      )}
    </Field>
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
