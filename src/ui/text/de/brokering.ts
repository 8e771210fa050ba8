import type { brokering as english } from '../en/brokering.ts'
import type { TextsOf } from '../language.ts'

export const brokering: TextsOf<typeof english> = {
  title: 'Hier gemakelt',
  lead: 'Jeder Tab übernimmt einen Teil der Arbeit des Auktionators. Das sind die Dienste, deren Ordertabellen dieser Tab zusammen mit den anderen Maklern führt. Niemand sucht sie aus: Es sind die Tabs, die einem Dienst auf dem Ring am nächsten sind.',
  none: 'Dieser Tab makelt jetzt keinen Dienst. Er wird es, sobald einer gehandelt wird, der nahe an seinem Platz im Ring liegt.',
  traffic: (messages, kilobytes) => `Alle Verbindungen dieses Tabs zusammen: ${messages} Nachrichten und ${kilobytes} kB je Sekunde.`,
  measuring: 'Die Nachrichten dieses Tabs werden gezählt…',
  table: (service) => `Ordertabelle von ${service}, wie dieser Tab sie führt`,
  side: 'Seite',
  sides: { buy: 'Kauf', sell: 'Verkauf' },
  price: 'Preis',
  quantity: 'Menge',
  peer: 'Peer',
  left: 'Gültig noch',
  empty: 'Jetzt ist kein gültiges Angebot in der Tabelle.',
  more: (count) => `und ${count} weitere`,
  since: 'Slots seit der Übernahme',
  decided: 'Hier entschiedene Slots',
  last: 'Letzte Entscheidung',
  lastSlot: (slot) => `Slot ${slot}`,
  noDecision: 'noch keine',
  agreement: 'Übereinstimmung',
  agree: (agreeing, answered) => `${agreeing} von ${answered} Maklern, die geantwortet haben, teilen die letzte Entscheidung`,
  unknownAgreement: 'noch nicht gefragt',
  members: (count) => `Maklergruppe (${count})`,
  self: 'dieser Tab',
}
