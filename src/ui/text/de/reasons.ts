import type { reasons as english } from '../en/reasons.ts'
import type { TextsOf } from '../language.ts'

export const reasons: TextsOf<typeof english> = {
  refusals: {
    price: 'sein Preis ist schlechter als die Angebote, für die das Buch Platz hat',
    stale: 'die Makler kennen ein neueres Angebot von Ihnen; wurde die Uhr dieses Geräts zurückgestellt, stellen Sie sie richtig',
    expired: 'seine Zeit war um, bevor es bei den Maklern ankam',
    validity: 'es gilt länger, als das Netz erlaubt; war Ihre Wahl erlaubt, prüfen Sie die Uhr',
    'not-broker': 'die Makler des Dienstes haben gewechselt; versuchen Sie es noch einmal',
    'service-unknown': 'die Makler kennen diesen Dienst nicht; versuchen Sie es noch einmal',
    'tables-full': 'die Makler führen so viele Dienste, wie sie können; versuchen Sie es später',
    'services-full': 'Sie handeln so viele Dienste zugleich, wie dieses Netz erlaubt; ziehen Sie erst ein anderes Angebot zurück',
    equivocator: 'die Makler haben zwei verschiedene Angebote von Ihnen unter einer Nummer gesehen und nehmen eine Weile keine',
    phantom: 'drei Ihrer Abschlüsse blieben ohne Quittung, darum nehmen die Makler eine Weile keine Angebote von Ihnen',
    storage: 'die Makler konnten nicht speichern; versuchen Sie es noch einmal',
    busy: 'die Makler sind ausgelastet; versuchen Sie es noch einmal',
  },
  replaced: 'Ihr neueres Angebot ist an seine Stelle getreten',
  late: 'aus einem Abschluss wurde nichts, weil seine Quittung nicht rechtzeitig fertig war',
  silent: 'kein Makler hat geantwortet',
  superseded: 'der Käufer hat sein Angebot geändert oder zurückgezogen; Ihres wird nach der Frist wieder angeboten',
  damaged: 'sein Eintrag auf diesem Gerät war beschädigt',
  internal: (message) => `In der App ist etwas schiefgegangen: ${message}`,
}
