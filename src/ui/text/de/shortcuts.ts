import type { shortcuts as english } from '../en/shortcuts.ts'
import type { TextsOf } from '../language.ts'

export const shortcuts: TextsOf<typeof english> = {
  title: 'Tastenkürzel',
  acts: {
    help: 'Diese Liste zeigen',
    buy: 'Auf der Seite eines Dienstes: ein Kaufangebot',
    sell: 'Auf der Seite eines Dienstes: ein Verkaufsangebot',
    open: 'Auf der Marktseite: einen Dienst öffnen',
  },
  go: (page) => `Zur Seite ${page}`,
  off: 'Sie gelten außerhalb von Feldern und lassen sich abschalten:',
  close: 'Schließen',
  choice: 'Tastenkürzel',
  choiceHint: 'Einzelne Tasten außerhalb von Feldern; ? zeigt sie.',
}
