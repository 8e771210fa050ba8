/** The API's state as the screen draws it, drawn anew when it changes. */
import { useEffect, useState } from 'preact/hooks'
import type { View } from '../peer/view.ts'
import type { NetworkParameters, ScreenApi, Startup } from './api.ts'
import { type Route, routeOf } from './link.ts'

export interface Screen {
  readonly api: ScreenApi
  readonly view: View | null
  readonly startup: Startup
  readonly parameters: NetworkParameters | null
}

/** Start-up has no listener of its own, so it is asked; once in the ring that is rare. */
const STARTING_POLL_MS = 200
const RUNNING_POLL_MS = 2000

function snapshot(api: ScreenApi): Screen {
  return { api, view: api.view(), startup: api.startup(), parameters: api.parameters() }
}

export function useScreen(api: ScreenApi): Screen {
  const [screen, setScreen] = useState(() => snapshot(api))
  const joined = screen.view?.state === 'joined'
  useEffect(() => api.subscribe(() => setScreen(snapshot(api))), [api])
  useEffect(() => {
    const timer = setInterval(() => setScreen(snapshot(api)), joined ? RUNNING_POLL_MS : STARTING_POLL_MS)
    return () => clearInterval(timer)
  }, [api, joined])
  return screen
}

/** The page that the address names. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => routeOf(location.hash))
  useEffect(() => {
    const update = () => setRoute(routeOf(location.hash))
    addEventListener('hashchange', update)
    return () => removeEventListener('hashchange', update)
  }, [])
  return route
}

/** The local clock, again every `everyMs`. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

/** True while the window matches, for what styles alone cannot turn around. */
export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches)
  useEffect(() => {
    const list = matchMedia(query)
    const update = () => setMatches(list.matches)
    update()
    list.addEventListener('change', update)
    return () => list.removeEventListener('change', update)
  }, [query])
  return matches
}
