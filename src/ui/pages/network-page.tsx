import { Network } from '../network.tsx'
import type { Screen } from '../use-screen.ts'

export function NetworkPage({ screen }: { readonly screen: Screen }) {
  return <Network screen={screen} />
}
