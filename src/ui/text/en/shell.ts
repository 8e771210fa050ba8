import type { PlainPage } from '../../link.ts'
import { catalogue } from '../language.ts'

const pages: Record<PlainPage | 'home', string> = {
  home: 'Market',
  offers: 'Offers',
  bidders: 'Bidders',
  trades: 'Trades',
  brokering: 'Brokering',
  network: 'Network',
  identity: 'Identity',
  lab: 'Lab',
  settings: 'Settings',
  about: 'About',
}

const states: Record<string, string> = {
  starting: 'Starting',
  seeking: 'Looking for the market',
  joining: 'Joining the ring',
  joined: 'In the ring',
  stopped: 'Stopped',
}

/** The frame around every page. */
export const shell = catalogue('shell', {
  pages,
  /** Of the ring, as View.state has them. */
  states,
  pagesLabel: 'Pages',
  skip: 'Skip to the page',
  offline: 'This device is offline',
  peers: (count: number) => (count === 1 ? 'peer' : 'peers'),
  links: (count: number) => (count === 1 ? 'link' : 'links'),
  clock: (offset: string) => `clock ${offset}`,
  clockOff: (offset: string) => `clock off by ${offset}`,
  showNetwork: 'Show the network page',
  loading: 'Loading this page…',
  notLoaded: 'This page could not be loaded. Check the connection, then try again.',
  again: 'Try again',
  notices: {
    offline: 'This device is offline: other peers cannot be reached.',
    seeking: 'The ring is out of reach. This tab keeps looking for it; offers cannot be sent until then.',
    joining: 'Joining the ring again. Offers cannot be sent until then.',
    stopped: 'This tab has left the market. Reload the page to come back.',
    clock:
      'The clock of this device is off by a slot or more: offers may be refused. Correct it, or agree to the correction on the Network page.',
  },
})
