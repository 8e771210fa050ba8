/** The pages behind plain addresses; the lab has its own door. */
import type { Page } from './lazy-page.tsx'
import type { PlainPage } from './link.ts'

export const pageLoaders: Readonly<Record<Exclude<PlainPage, 'lab'>, () => Promise<Page>>> = {
  offers: async () => (await import('./pages/offers-page.tsx')).OffersPage,
  bidders: async () => (await import('./pages/bidders-page.tsx')).BiddersPage,
  trades: async () => (await import('./pages/trades-page.tsx')).TradesPage,
  brokering: async () => (await import('./pages/brokering-page.tsx')).BrokeringPage,
  network: async () => (await import('./pages/network-page.tsx')).NetworkPage,
  identity: async () => (await import('./pages/identity-page.tsx')).IdentityPage,
  settings: async () => (await import('./pages/settings-page.tsx')).SettingsPage,
  about: async () => (await import('./pages/about-page.tsx')).AboutPage,
}

/** Pages that need no ring: they are there while this tab joins, and when it cannot. */
export const pagesWithoutRing: ReadonlySet<string> = new Set(['trades', 'network', 'identity', 'settings', 'about'])
