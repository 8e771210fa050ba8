import { plainPages, type Route } from './link.ts'
import { shell } from './text/en/shell.ts'
import './style/navigation.css'

/** The way to every page; a service belongs to the market's. */
export function Navigation({ route }: { readonly route: Route }) {
  const { t } = shell
  const current = route.page === 'service' ? 'home' : route.page
  return (
    <nav class="navigation" aria-label={t.pagesLabel}>
      {(['home', ...plainPages] as const).map((page) => (
        <a key={page} href={page === 'home' ? '#/' : `#/${page}`} aria-current={current === page ? 'page' : undefined}>
          {t.pages[page]}
        </a>
      ))}
    </nav>
  )
}
