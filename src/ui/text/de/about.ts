import type { about as english } from '../en/about.ts'
import type { TextsOf } from '../language.ts'

export const about: TextsOf<typeof english> = {
  title: 'Was PeerMart ist',
  lead: 'Ein Markt für Dienste zwischen Menschen, ohne Server in der Mitte. Jeder offene Tab ist ein Peer: Die Tabs finden einander, bilden einen Ring und teilen sich die Arbeit des Auktionators.',
  how: 'Wie es geht',
  steps: [
    'Ihr Tab erzeugt einen Schlüssel. Jedes Angebot wird damit signiert, und jede Quittung auch.',
    'Die Tabs, die einem Dienst auf dem Ring am nächsten sind, sind seine Makler. Sie führen sein Orderbuch.',
    'Die Zeit läuft in Slots: In einem sammeln die Makler Angebote, im nächsten sagen sie einander, was sie haben, und entscheiden nach derselben Regel, was zusammenkommt.',
    'Käufer und Verkäufer signieren eine Quittung zum Mittel ihrer Preise, und die Makler bezeugen, dass sie rechtzeitig fertig war.',
  ],
  limits: 'Was es nicht tut',
  limitList: [
    'Kein Treuhandkonto und keine Zahlung. Eine Quittung zeigt, wer wozu ja gesagt hat, und wann. Bezahlen und Liefern ist Sache der beiden Seiten.',
    'Keine Anonymität. Wer hinsieht, sieht, was ein Schlüssel anbietet und handelt; verbundene Peers sehen ihre Netzadressen.',
    'Kein Nachweis der Person. Ein Schlüssel steht für den, der ihn hat, und neue Schlüssel kosten nur etwas Rechenzeit.',
    'Solange kein Tab offen ist, geschieht nichts.',
  ],
  terms: 'Wörter',
  termList: [
    ['Angebot', 'was Sie kaufen oder verkaufen würden: Preis, Menge, und bis wann'],
    ['Geld und Brief', 'der beste Preis der Käufer und der beste der Verkäufer'],
    ['Makler', 'ein Peer, der das Orderbuch eines Dienstes führt'],
    ['Slot', 'der Takt des Markts: einer sammelt, der nächste entscheidet'],
    ['Quittung', 'der Abschluss, von beiden Seiten signiert'],
  ],
}
