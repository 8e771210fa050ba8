import type { tradeHistory as english } from '../en/trade-history.ts'
import type { TextsOf } from '../language.ts'

export const tradeHistory: TextsOf<typeof english> = {
  title: 'Abschlüsse dieses Dienstes',
  none: 'Noch kein Abschluss gesehen. Makler zeigen die letzten; diese Seite merkt sich, was sie sah.',
  since:
    'Was die Makler zeigten, seit Sie diese Seite geöffnet haben. Jede Zeile beruht auf einer Quittung, die beide Seiten signiert haben.',
  time: 'Zeit',
  price: 'Preis',
  quantity: 'Menge',
  chart: (service) => `Preis von ${service} im Lauf der Zeit; die Tabelle daneben hat dieselben Abschlüsse`,
  view: 'Zeigen als',
  views: { line: 'Linie', minutes: 'Kerzen, 1 min', seconds: 'Kerzen, 10 s' },
  attribution: 'Diagramm von',
  all: (count) => `Alle ${count} zeigen`,
  fewer: 'Weniger zeigen',
}
