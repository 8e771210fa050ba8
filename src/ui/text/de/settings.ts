import type { settings as english } from '../en/settings.ts'
import type { TextsOf } from '../language.ts'

export const settings: TextsOf<typeof english> = {
  title: 'Einstellungen',
  language: 'Sprache',
  languageAuto: 'Wie der Browser',
  languageHint: 'Meldungen anderer Peers und des Browsers bleiben, wie sie kommen.',
  scheme: 'Farben',
  schemes: { system: 'Wie das Gerät', light: 'Hell', dark: 'Dunkel' },
  kept: 'Die Auswahl bleibt in diesem Browser.',
}
