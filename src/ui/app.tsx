/** The whole screen: joining first, then the market. The lab needs neither and is there at once. */
import { useEffect, useState } from 'preact/hooks'
import type { ScreenApi } from './api.ts'
import { LabDoor, type LoadLab } from './lab/lab-door.tsx'
import type { MarketRoute } from './link.ts'
import { Network } from './network.tsx'
import { NewServiceForm } from './new-service-form.tsx'
import { Offers } from './offers.tsx'
import { OpenServiceForm } from './open-service-form.tsx'
import { ServiceList } from './service-list.tsx'
import { ServicePage } from './service-page.tsx'
import { Notice, Question, StartupPanel } from './startup.tsx'
import { StatusBar } from './status-bar.tsx'
import { Trades } from './trades.tsx'
import { type Screen, useRoute, useScreen } from './use-screen.ts'

export function App({ api, loadLab }: { readonly api: ScreenApi; readonly loadLab: LoadLab }) {
  const route = useRoute()
  const screen = useScreen(api)
  const entered = useEntered(screen)
  const offline = useOffline()
  return (
    <>
      <StatusBar screen={screen} offline={offline} inLab={route.page === 'lab'} />
      <LabDoor open={route.page === 'lab'} started={entered || screen.startup.problem !== ''} loadLab={loadLab} />
      {route.page === 'lab' ? null : <TabPage screen={screen} offline={offline} route={entered ? route : null} />}
    </>
  )
}

/** `route` null: this tab has not been in the ring yet. */
function TabPage({ screen, offline, route }: { readonly screen: Screen; readonly offline: boolean; readonly route: MarketRoute | null }) {
  return route === null ? <StartupPage screen={screen} /> : <MarketPage screen={screen} offline={offline} route={route} />
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
    <main class="page page-startup">
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
      <main class="main">
        <Question question={screen.startup.question} />
        <Notices texts={noticesOf(screen, offline)} />
        {route.page === 'service' ? <ServicePage key={route.serviceId} screen={screen} route={route} /> : <Home screen={screen} />}
        <Offers screen={screen} />
        <Trades screen={screen} />
        <Network screen={screen} />
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
        {view?.peers === 0 ? (
          <p class="card plain-words">
            You are the only peer so far. Open this page in another window, or on another device, to have somebody to trade with.
          </p>
        ) : null}
        <p class="card plain-words">
          Offers meet at the mean of their prices, and both sides sign a receipt. This is no escrow and no payment: you deal with the other
          side yourself.
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
  const lost: Partial<Record<string, string>> = {
    seeking: 'The ring is out of reach. This tab keeps looking for it; offers cannot be sent until then.',
    joining: 'Joining the ring again. Offers cannot be sent until then.',
    stopped: 'This tab has left the market. Reload the page to come back.',
  }
  const clock =
    'The clock of this device is off by a slot or more: offers may be refused. Correct it, or agree to the correction under Network.'
  return [
    ...(offline ? ['This device is offline: other peers cannot be reached.'] : []),
    lost[view?.state ?? ''] ?? '',
    view?.clockOff ? clock : '',
    view?.notice ?? '',
    ...startup.notices,
  ].filter((text, index, texts) => text !== '' && texts.indexOf(text) === index)
}
