import type { service as english, copying as englishCopying } from '../en/service.ts'
import type { TextsOf } from '../language.ts'

export const service: TextsOf<typeof english> = {
  back: 'Alle Dienste',
  opening: (id) => `Dienst ${id} wird geöffnet: Seine Makler werden auf dem Ring gesucht…`,
  notOpened: 'Der Dienst ließ sich nicht öffnen',
  again: 'Noch einmal versuchen',
  price: 'Preis',
  per: (currency, unit) => `${currency} je ${unit}`,
  step: 'Kleinster Schritt',
  file: 'Datei',
  bytes: (count) => `${count} Bytes`,
  tags: 'Schlagwörter',
  id: 'Kennung',
  share: 'Diesen Link weitergeben',
  copy: 'Kopieren',
  bidder: 'Einen Bieter machen lassen',
}

export const copying: TextsOf<typeof englishCopying> = { copied: 'Kopiert', selected: 'Markiert: drücken Sie Strg+C' }
