/** The whole screen: joining first, then the market. Pages that need no ring are there at once. */
import { useEffect, useState } from 'preact/hooks'
import type { ScreenApi } from './api.ts'
import { Alone } from './invite.tsx'
import { LabDoor, type LoadLab } from './lab/lab-door.tsx'
import { LazyPage } from './lazy-page.tsx'
import type { MarketRoute, Route } from './link.ts'
import { Navigation } from './navigation.tsx'
import { NewServiceForm } from './new-service-form.tsx'
import { News } from './news.tsx'
import { Offers } from './offers.tsx'
import { OpenServiceForm } from './open-service-form.tsx'
import { pageLoaders, pagesWithoutRing } from './pages.ts'
import { ServiceList } from './service-list.tsx'
import { ServicePage } from './service-page.tsx'
import { Shortcuts } from './shortcuts.tsx'
import { Notice, Question, StartupPanel } from './startup.tsx'
import { onSettings } from './state/settings.ts'
import { StatusBar } from './status-bar.tsx'
import { home } from './text/en/home.ts'
import { shell } from './text/en/shell.ts'
import { UpdateNotice } from './update-notice.tsx'
import { type Screen, useRoute, useScreen } from './use-screen.ts'

export function App({ api, loadLab }: { readonly api: ScreenApi; readonly loadLab: LoadLab }) {
  const route = useRoute()
  const screen = useScreen(api)
  const entered = useEntered(screen)
  const offline = useOffline()
  useSettings()
  return (
    <>
      <button type="button" class="skip" onClick={skip}>
        {shell.t.skip}
      </button>
      <StatusBar screen={screen} offline={offline} inLab={route.page === 'lab'} />
      <News screen={screen} beside={entered && (route.page === 'home' || route.page === 'service')} />
      <Navigation route={route} />
      <UpdateNotice api={api} />
      <Shortcuts />
      <LabDoor open={route.page === 'lab'} started={entered || screen.startup.problem !== ''} loadLab={loadLab} />
      {route.page === 'lab' ? null : <TabPage screen={screen} offline={offline} route={route} entered={entered} />}
    </>
  )
}

/** The address' hash is the page's route, so the focus is moved by hand. */
function skip(): void {
  document.querySelector('main')?.focus()
}

/** Everything is drawn anew, as everything speaks another language. */
function useSettings(): void {
  const [, setCount] = useState(0)
  useEffect(() => onSettings(() => setCount((count) => count + 1)), [])
}

interface TabPageProps {
  readonly screen: Screen
  readonly offline: boolean
  readonly route: Exclude<Route, { page: 'lab' }>
  /** This tab has been in the ring. */
  readonly entered: boolean
}

function TabPage({ screen, offline, route, entered }: TabPageProps) {
  if (route.page !== 'home' && route.page !== 'service' && (entered || pagesWithoutRing.has(route.page))) {
    return (
      <main class={`page page-${route.page}`} tabIndex={-1}>
        <Question question={screen.startup.question} />
        <Notices texts={entered ? noticesOf(screen, offline) : screen.startup.notices} />
        <LazyPage key={route.page} load={pageLoaders[route.page]} screen={screen} />
      </main>
    )
  }
  const isMarket = route.page === 'home' || route.page === 'service'
  return entered && isMarket ? <MarketPage screen={screen} offline={offline} route={route} /> : <StartupPage screen={screen} />
}

/** True once this tab was in a ring: losing it later keeps the page, with a word about it. */
function useEntered({ view, startup }: Screen): boolean {
  const joined = view?.state === 'joined'
  const [entered, setEntered] = useState(joined)
  useEffect(() => {
    if (joined) setEntered(true)
  }, [joined])
  return (entered || joined) && startup.problem === ''
}

function useOffline(): boolean {
  const [offline, setOffline] = useState(!navigator.onLine)
  useEffect(() => {
    const update = () => setOffline(!navigator.onLine)
    addEventListener('online', update)
    addEventListener('offline', update)
    return () => {
      removeEventListener('online', update)
      removeEventListener('offline', update)
    }
  }, [])
  return offline
}

function StartupPage({ screen }: { readonly screen: Screen }) {
  const { startup, view } = screen
  return (
    <main class="page page-startup" tabIndex={-1}>
      <Question question={startup.question} />
      <Notices texts={startup.notices} />
      <StartupPanel startup={startup} notice={view?.notice ?? ''} />
    </main>
  )
}

function MarketPage({ screen, offline, route }: { readonly screen: Screen; readonly offline: boolean; readonly route: MarketRoute }) {
  return (
    <div class={`page page-market page-${route.page}`}>
      <ServiceList screen={screen} current={route.page === 'service' ? route.serviceId : null} />
      <main class="main" tabIndex={-1}>
        <Question question={screen.startup.question} />
        <Notices texts={noticesOf(screen, offline)} />
        {route.page === 'service' ? <ServicePage key={route.serviceId} screen={screen} route={route} /> : <Home screen={screen} />}
        <Offers screen={screen} />
      </main>
    </div>
  )
}

function Home({ screen }: { readonly screen: Screen }) {
  const { api, view } = screen
  return (
    <div class="home">
      <NewServiceForm api={api} />
      <div class="home-side">
        <OpenServiceForm api={api} />
        {view?.peers === 0 ? <Alone link={api.invitation()} /> : null}
        <p class="card plain-words">
          {home.t.limits} <a href="#/about">{home.t.more}</a>
        </p>
      </div>
    </div>
  )
}

function Notices({ texts }: { readonly texts: readonly string[] }) {
  return texts.length === 0 ? null : (
    <div class="notices">
      {texts.map((text) => (
        <Notice key={text} text={text} />
      ))}
    </div>
  )
}

function noticesOf({ view, startup }: Screen, offline: boolean): string[] {
  const { notices } = shell.t
  const lost: Partial<Record<string, string>> = { seeking: notices.seeking, joining: notices.joining, stopped: notices.stopped }
  return [
    ...(offline ? [notices.offline] : []),
    lost[view?.state ?? ''] ?? '',
    view?.clockOff ? notices.clock : '',
    view?.notice ?? '',
    ...startup.notices,
  ].filter((text, index, texts) => text !== '' && texts.indexOf(text) === index)
}
