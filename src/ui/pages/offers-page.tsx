import { Offers } from '../offers.tsx'
import type { Screen } from '../use-screen.ts'

export function OffersPage({ screen }: { readonly screen: Screen }) {
  return <Offers screen={screen} />
}
