import type { update as english } from '../en/update.ts'
import type { TextsOf } from '../language.ts'

export const update: TextsOf<typeof english> = {
  ready:
    'Eine neuere Version von PeerMart ist da. Wird sie übernommen, lädt die Seite neu: Was Sie gerade eintippen, geht verloren, Angebote und Quittungen bleiben.',
  take: 'Jetzt übernehmen',
}
