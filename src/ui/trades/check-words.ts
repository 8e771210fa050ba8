/** Sentences about the checks of a receipt file. */
import type { ReceiptCheck } from '../../wire/receipt-checks.ts'
import { formatAmount, formatCount } from '../amount.ts'
import type { ReceiptVerdict } from '../api.ts'
import { shortId } from '../link.ts'
import { trades } from '../text/en/trades.ts'
import { timeWords } from './decision-time.tsx'

type Texts = Readonly<Partial<Record<ReceiptCheck['state'], (value: (name: string) => string) => string>>> & { readonly title: string }

/** What each value is, by its name, where it is not a count. */
const IDS = new Set(['peer', 'from', 'to', 'serviceId', 'receiptId', 'offerId'])
const PRICES = new Set(['price', 'bid', 'ask'])
const TIMES = new Set(['endMs', 'untilMs'])

function wordOf(check: ReceiptCheck, name: string, service: { readonly decimals: number; readonly currency: string } | null): string {
  const value = check.values[name] ?? ''
  if (typeof value === 'string') return IDS.has(name) ? shortId(value) : value
  if (TIMES.has(name)) return timeWords(value)
  if (!PRICES.has(name) && !(check.id === 'price' && name === 'said')) return name === 'slot' ? String(value) : formatCount(value)
  return `${formatAmount(value, service?.decimals ?? 0)} ${service?.currency ?? trades.t.smallestUnits}`
}

/** What was checked, and how it came out, in the person's language. */
export function checkWords(check: ReceiptCheck, receipt: ReceiptVerdict['receipt']): { readonly title: string; readonly text: string } {
  const { checks, problems } = trades.t
  const texts: Texts = checks[check.id]
  const { problem, field } = check.values
  if (check.id === 'file' && check.state === 'fails') {
    const text = problem === 'field' ? problems.field(String(field)) : problems[problem as Exclude<keyof typeof problems, 'field'>]
    return { title: texts.title, text }
  }
  return { title: texts.title, text: texts[check.state]?.((name) => wordOf(check, name, receipt?.service ?? null)) ?? '' }
}
