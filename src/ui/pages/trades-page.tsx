import { Trades } from '../trades.tsx'
import type { Screen } from '../use-screen.ts'

export function TradesPage({ screen }: { readonly screen: Screen }) {
  return <Trades screen={screen} />
}
