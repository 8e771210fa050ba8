import type { news as english } from '../en/news.ts'
import type { TextsOf } from '../language.ts'

export const news: TextsOf<typeof english> = {
  label: 'Neues von Ihren Angeboten',
  kinds: {
    matched: 'Abgeschlossen',
    traded: 'Gehandelt',
    dropped: 'Aus dem Buch verdrängt',
    expired: 'Abgelaufen',
    refused: 'Abgelehnt',
  },
  buy: 'Kauf',
  sell: 'Verkauf',
  at: 'zu',
  dismiss: 'Schließen',
  show: 'Zeigen',
  title: 'Benachrichtigungen',
  hint: 'Was aus Ihren Angeboten wird, während dieser Tab im Hintergrund ist, als Meldungen des Browsers.',
  refused:
    'Der Browser erlaubt es nicht. Erlauben Sie in seinen Einstellungen Benachrichtigungen für diese Seite, und versuchen Sie es noch einmal.',
  missing: 'Dieser Browser hat keine Benachrichtigungen für diese Seite.',
}
