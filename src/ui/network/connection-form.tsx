/** Own meeting, STUN and TURN servers, and whether links go over TURN only. What was typed stays until it is right. */
import { type StateUpdater, useRef, useState } from 'preact/hooks'
import type { ScreenApi } from '../api.ts'
import { Field, FieldError } from '../field.tsx'
import { network } from '../text/en/network.ts'
import { apiErrorOf } from '../words.ts'
import { type ConnectionFields, complaintOf, EMPTY_ICE, fieldsOf, type IceFields, settingsOf, withoutBlanks } from './connection-fields.ts'

type Errors = Readonly<Record<string, string>>

interface Rows {
  readonly fields: ConnectionFields
  readonly errors: Errors
  /** `name`: the control that was changed, whose error goes. */
  readonly change: (part: Partial<ConnectionFields>, name?: string) => void
}

export function ConnectionForm({ api }: { readonly api: ScreenApi }) {
  const t = network.t.connection
  const { fields, errors, saved, change, submit } = useConnectionForm(api)
  const rows = { fields, errors, change }
  return (
    <form class="card form connection" aria-labelledby="connection-title" noValidate onSubmit={submit}>
      <h2 id="connection-title">{t.title}</h2>
      <p class="form-lead">{t.lead}</p>
      <ServerRows {...rows} />
      <IceRows {...rows} />
      <div class="field">
        <label class="check">
          <input
            type="checkbox"
            name="relayOnly"
            checked={fields.relayOnly}
            aria-invalid={errors.relayOnly !== undefined}
            aria-describedby="relay-hint relay-error"
            onChange={(event) => change({ relayOnly: event.currentTarget.checked }, 'relayOnly')}
          />{' '}
          {t.relayOnly}
        </label>
        <p class="field-hint" id="relay-hint">
          {t.relayHint}
        </p>
        <FieldError id="relay-error" name="relayOnly" error={errors.relayOnly} />
      </div>
      <FieldError id="connection-error" name="form" error={errors.form} />
      <div class="form-foot">
        <button type="submit" class="button button-primary">
          {t.save}
        </button>
        <p role="status">{saved ? t.saved : ''}</p>
        {saved ? (
          <button type="button" class="button" onClick={() => location.reload()}>
            {t.reload}
          </button>
        ) : null}
      </div>
    </form>
  )
}

function useConnectionForm(api: ScreenApi) {
  const [fields, setFields] = useState(() => fieldsOf(api.connectionSettings()))
  const [errors, setErrors] = useState<Errors>({})
  const [saved, setSaved] = useState(false)
  const sending = useRef(false)
  const change: Rows['change'] = (part, name) => {
    setFields((before) => ({ ...before, ...part }))
    setErrors((before) => (name === undefined ? {} : Object.fromEntries(Object.entries(before).filter(([other]) => other !== name))))
    setSaved(false)
  }
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    if (sending.current) return
    sending.current = true
    const typed = withoutBlanks(fields)
    setFields(typed)
    try {
      await api.changeConnectionSettings(settingsOf(typed))
      setErrors({})
      setSaved(true)
    } catch (error) {
      refuse(form, error, setErrors)
    } finally {
      sending.current = false
    }
  }
  return { fields, errors, saved, change, submit }
}

function refuse(form: HTMLFormElement, error: unknown, setErrors: (errors: StateUpdater<Errors>) => void): void {
  const failure = apiErrorOf(error)
  const found = complaintOf(failure)
  const name = found?.name ?? 'form'
  setErrors({ [name]: found === null ? failure.message : network.t.connection.errors[found.complaint] })
  // After the error is drawn, so that a screen reader reads the field with it.
  setTimeout(() => (form.elements.namedItem(name) as HTMLElement | null)?.focus(), 0)
}

function ServerRows({ fields, errors, change }: Rows) {
  const t = network.t.connection
  const set = (servers: readonly string[], name?: string) => change({ servers }, name)
  return (
    <fieldset class="file-fields">
      <legend>{t.servers}</legend>
      {fields.servers.map((server, index) => {
        const name = `server${index}`
        return (
          <div class="server-row" key={index}>
            <Field form="connection" name={name} label={t.server(index + 1)} hint={t.serverHint} error={errors[name]}>
              {(control) => (
                <input
                  {...control}
                  type="text"
                  value={server}
                  onInput={(event) => set(replaced(fields.servers, index, event.currentTarget.value), name)}
                />
              )}
            </Field>
            <RemoveButton what={t.server(index + 1)} remove={() => set(fields.servers.filter((_, at) => at !== index))} />
          </div>
        )
      })}
      <AddButton words={t.addServer} add={() => set([...fields.servers, ''])} />
    </fieldset>
  )
}

function IceRows({ fields, errors, change }: Rows) {
  const t = network.t.connection
  const set = (ice: readonly IceFields[], name?: string) => change({ ice }, name)
  return (
    <fieldset class="file-fields">
      <legend>{t.ice}</legend>
      {fields.ice.map((row, index) => (
        <div class="server-row" key={index}>
          <IceRow
            row={row}
            index={index}
            errors={errors}
            set={(part, name) => set(replaced(fields.ice, index, { ...row, ...part }), name)}
          />
          <RemoveButton what={t.iceUrls(index + 1)} remove={() => set(fields.ice.filter((_, at) => at !== index))} />
        </div>
      ))}
      <AddButton words={t.addIce} add={() => set([...fields.ice, EMPTY_ICE])} />
    </fieldset>
  )
}

interface IceRowProps {
  readonly row: IceFields
  readonly index: number
  readonly errors: Errors
  readonly set: (part: Partial<IceFields>, name: string) => void
}

function IceRow({ row, index, errors, set }: IceRowProps) {
  const t = network.t.connection
  const parts = [
    { key: 'urls', name: `iceUrls${index}`, label: t.iceUrls(index + 1), hint: t.iceHint, type: 'text' },
    { key: 'username', name: `iceUser${index}`, label: t.iceUser(index + 1), hint: t.loginHint, type: 'text' },
    { key: 'credential', name: `iceWord${index}`, label: t.iceWord(index + 1), hint: t.loginHint, type: 'password' },
  ] as const
  return (
    <div class="ice-row">
      {parts.map(({ key, name, label, hint, type }) => (
        <Field key={key} form="connection" name={name} label={label} hint={hint} error={errors[name]}>
          {(control) => (
            <input
              {...control}
              {...(type === 'password' ? { type } : { type: 'text' as const })}
              autoComplete="off"
              value={row[key]}
              onInput={(event) => set({ [key]: event.currentTarget.value }, name)}
            />
          )}
        </Field>
      ))}
    </div>
  )
}

function AddButton({ words, add }: { readonly words: string; readonly add: () => void }) {
  return (
    <button type="button" class="button button-small" onClick={add}>
      {words}
    </button>
  )
}

function RemoveButton({ what, remove }: { readonly what: string; readonly remove: () => void }) {
  return (
    <button type="button" class="button button-small" aria-label={network.t.connection.remove(what)} onClick={remove}>
      ×
    </button>
  )
}

function replaced<T>(list: readonly T[], index: number, value: T): T[] {
  return list.map((old, at) => (at === index ? value : old))
}
