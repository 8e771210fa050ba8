import type { shell as english } from '../en/shell.ts'
import type { TextsOf } from '../language.ts'

export const shell: TextsOf<typeof english> = {
  pages: {
    home: 'Markt',
    offers: 'Angebote',
    bidders: 'Bieter',
    trades: 'Abschlüsse',
    brokering: 'Makeln',
    network: 'Netz',
    identity: 'Identität',
    lab: 'Labor',
    settings: 'Einstellungen',
    about: 'Über',
  },
  states: {
    starting: 'Startet',
    seeking: 'Sucht den Markt',
    joining: 'Tritt dem Ring bei',
    joined: 'Im Ring',
    stopped: 'Angehalten',
  },
  pagesLabel: 'Seiten',
  skip: 'Zum Inhalt springen',
  offline: 'Dieses Gerät ist offline',
  peers: (count) => (count === 1 ? 'Peer' : 'Peers'),
  links: (count) => (count === 1 ? 'Verbindung' : 'Verbindungen'),
  clock: (offset) => `Uhr ${offset}`,
  clockOff: (offset) => `Uhr geht um ${offset} falsch`,
  showNetwork: 'Netzseite zeigen',
  loading: 'Diese Seite wird geladen…',
  notLoaded: 'Diese Seite konnte nicht geladen werden. Prüfen Sie die Verbindung und versuchen Sie es erneut.',
  again: 'Noch einmal versuchen',
  notices: {
    offline: 'Dieses Gerät ist offline: Andere Peers sind nicht erreichbar.',
    seeking: 'Der Ring ist nicht erreichbar. Dieser Tab sucht ihn weiter; bis dahin können keine Angebote gesendet werden.',
    joining: 'Tritt dem Ring wieder bei. Bis dahin können keine Angebote gesendet werden.',
    stopped: 'Dieser Tab hat den Markt verlassen. Laden Sie die Seite neu, um zurückzukommen.',
    clock:
      'Die Uhr dieses Geräts geht um einen Slot oder mehr falsch: Angebote können abgelehnt werden. Stellen Sie sie richtig, oder stimmen Sie der Korrektur auf der Netzseite zu.',
  },
}
