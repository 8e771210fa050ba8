import { OwnTrades } from '../trades/own-trades.tsx'
import { ReceiptVerifier } from '../trades/receipt-verifier.tsx'
import type { Screen } from '../use-screen.ts'

export function TradesPage({ screen }: { readonly screen: Screen }) {
  return (
    <div class="main">
      <OwnTrades screen={screen} />
      <ReceiptVerifier api={screen.api} />
    </div>
  )
}
