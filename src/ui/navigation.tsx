import { useEffect, useRef } from 'preact/hooks'
import { plainPages, type Route } from './link.ts'
import { shell } from './text/en/shell.ts'
import './style/navigation.css'

/** The way to every page; a service belongs to the market's. */
export function Navigation({ route }: { readonly route: Route }) {
  const { t } = shell
  const current = route.page === 'service' ? 'home' : route.page
  const nav = useRef<HTMLElement>(null)
  // On a narrow screen not all fit: the way to where one is stays in view.
  useEffect(() => nav.current?.querySelector('[aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' }), [current])
  return (
    <nav ref={nav} class="navigation" aria-label={t.pagesLabel}>
      {(['home', ...plainPages] as const).map((page) => (
        <a key={page} href={page === 'home' ? '#/' : `#/${page}`} aria-current={current === page ? 'page' : undefined}>
          {t.pages[page]}
        </a>
      ))}
    </nav>
  )
}
