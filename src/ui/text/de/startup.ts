import type { startup as english, invite as englishInvite } from '../en/startup.ts'
import type { TextsOf } from '../language.ts'

export const startup: TextsOf<typeof english> = {
  title: 'Dem Markt beitreten',
  lead: 'PeerMart ist ein Markt für Dienste ohne Server in der Mitte: Die Browser-Tabs der Leute führen die Orderbücher und bringen Angebote zusammen. Dieser Tab wird einer davon.',
  limits: 'Kein Treuhandkonto und keine Zahlung: Sie regeln das mit der anderen Seite selbst.',
  more: 'Wie es geht',
  steps: {
    config: 'Einstellungen des Netzes lesen',
    identity: 'Ihr Schlüssel: in diesem Browser erzeugt und aufbewahrt',
    puzzle: 'Das Rätsel lösen, durch das Schlüssel etwas kosten',
    store: 'Den Speicher auf diesem Gerät öffnen',
    rendezvous: 'Andere Peers suchen',
    ring: 'Den Platz im Ring einnehmen',
  },
  states: { waiting: 'wartet', running: 'läuft', done: 'fertig', failed: 'fehlgeschlagen' },
  progress: (label) => `${label}: Fortschritt`,
  cannotJoin: 'Dieser Tab kann nicht beitreten',
  again: 'Noch einmal versuchen',
  use: 'Benutzen',
  doNotUse: 'Nicht benutzen',
}

export const invite: TextsOf<typeof englishInvite> = {
  alone: 'Sie sind hier bisher allein',
  aloneText:
    'Es wurde kein anderer Peer gefunden. Der Markt wächst mit den offenen Tabs: Öffnen Sie diesen Link auf einem anderen Gerät, oder schicken Sie ihn jemandem, mit dem Sie handeln wollen.',
  label: 'Jemanden einladen',
  copy: 'Kopieren',
  qr: 'Derselbe Link als QR-Code',
}
