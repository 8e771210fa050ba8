/** What came out when a receipt file was checked, thing by thing. */
import type { ReceiptCheck } from '../../wire/receipt-checks.ts'
import { formatAmount, formatCount } from '../amount.ts'
import type { ReceiptVerdict } from '../api.ts'
import { Sign } from '../sign.tsx'
import { trades } from '../text/en/trades.ts'
import { checkWords } from './check-words.ts'

const signs = { holds: 'done', fails: 'failed', unknown: 'waiting' } as const

export function Verdict({ verdict }: { readonly verdict: ReceiptVerdict }) {
  const { t } = trades
  const { checks, receipt } = verdict
  return (
    <div class="verdict">
      <Headline verdict={verdict} />
      {receipt === null ? null : <FileTerms receipt={receipt} />}
      <h3 id="checks-title">{t.verify.checksTitle}</h3>
      <ul class="checks" aria-labelledby="checks-title">
        {checks.map((check, index) => (
          <Check key={`${check.id} ${index}`} check={check} receipt={receipt} />
        ))}
      </ul>
    </div>
  )
}

function Headline({ verdict: { valid, checks } }: { readonly verdict: ReceiptVerdict }) {
  const { t } = trades
  const proven = checks.some(({ id, state }) => id === 'in-time' && state === 'holds')
  const failed = checks.filter(({ state }) => state === 'fails').length
  const state = valid ? (proven ? 'holds' : 'unknown') : 'fails'
  const text = valid ? (proven ? t.verify.proven : t.verify.valid) : t.verify.invalid(failed)
  return (
    <p class={`verdict-line check-${state}`} role={valid ? 'status' : 'alert'}>
      <Sign name={signs[state]} /> <b>{text}</b>
    </p>
  )
}

function Check({ check, receipt }: { readonly check: ReceiptCheck; readonly receipt: ReceiptVerdict['receipt'] }) {
  const { title, text } = checkWords(check, receipt)
  return (
    <li class={`check check-${check.state}`}>
      <span class="check-state">
        <Sign name={signs[check.state]} /> {trades.t.verify.states[check.state]}
      </span>
      <span>
        <b>{title}.</b> {text}
      </span>
    </li>
  )
}

function FileTerms({ receipt }: { readonly receipt: NonNullable<ReceiptVerdict['receipt']> }) {
  const { t } = trades
  const { service, price, quantity } = receipt
  const amount = `${formatAmount(price, service?.decimals ?? 0)} ${service?.currency ?? t.smallestUnits}`
  const rows: [string, string][] = [
    [t.service, service?.name ?? t.verify.noService],
    [t.verify.terms, `${formatCount(quantity)} × ${service?.unit ?? t.unit} ${t.at} ${amount}`],
    [t.buyer, receipt.buyer],
    [t.seller, receipt.seller],
    [t.slot, String(receipt.slot)],
    [t.receipt, receipt.receiptId],
    [t.network, receipt.network],
  ]
  return (
    <>
      <h3>{t.verify.says}</h3>
      <dl class="ids">
        {rows.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}
