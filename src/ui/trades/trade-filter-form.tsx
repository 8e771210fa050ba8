/** Which of the trades are listed, and exported. */
import { Field } from '../field.tsx'
import { trades } from '../text/en/trades.ts'
import { noFilter, servicesOf, type TradeFilter, type TradeLine } from './trade-lines.ts'

interface TradeFilterFormProps {
  readonly filter: TradeFilter
  /** All trades, to choose services from. */
  readonly lines: readonly TradeLine[]
  readonly onChange: (filter: TradeFilter) => void
}

export function TradeFilterForm({ filter, lines, onChange }: TradeFilterFormProps) {
  const { t } = trades
  const set = (part: Partial<TradeFilter>) => onChange({ ...filter, ...part })
  const value = (event: { readonly currentTarget: { readonly value: string } }) => event.currentTarget.value
  const field = { form: 'trades', error: undefined }
  return (
    <search class="trade-filter" aria-label={t.filter.legend}>
      <Field {...field} name="text" label={t.filter.text}>
        {(control) => (
          <input
            {...control}
            type="search"
            placeholder={t.filter.textHint}
            value={filter.text}
            onInput={(event) => set({ text: value(event) })}
          />
        )}
      </Field>
      <Field {...field} name="service" label={t.filter.service}>
        {(control) => (
          <select {...control} value={filter.serviceId} onChange={(event) => set({ serviceId: value(event) })}>
            <option value="">{t.filter.allServices}</option>
            {servicesOf(lines).map(({ serviceId, name }) => (
              <option key={serviceId} value={serviceId}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field {...field} name="side" label={t.filter.side}>
        {(control) => (
          <select {...control} value={filter.side} onChange={(event) => set({ side: value(event) as TradeFilter['side'] })}>
            <option value="">{t.filter.both}</option>
            <option value="buy">{t.bought}</option>
            <option value="sell">{t.sold}</option>
          </select>
        )}
      </Field>
      <Field {...field} name="from" label={t.filter.from}>
        {(control) => <input {...control} type="date" value={filter.from} onChange={(event) => set({ from: value(event) })} />}
      </Field>
      <Field {...field} name="to" label={t.filter.to}>
        {(control) => <input {...control} type="date" value={filter.to} onChange={(event) => set({ to: value(event) })} />}
      </Field>
      <button type="button" class="button trade-filter-clear" onClick={() => onChange(noFilter)}>
        {t.filter.clear}
      </button>
    </search>
  )
}
