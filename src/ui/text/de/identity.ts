import type { identity as english } from '../en/identity.ts'
import type { TextsOf } from '../language.ts'

export const identity: TextsOf<typeof english> = {
  problems: {
    'wrong-passphrase': 'Diese Passphrase öffnet die Sicherung nicht. Prüfen Sie Großbuchstaben und die Sprache der Tastatur.',
    'other-network':
      'Dieser Schlüssel gehört zu einem anderen Netz als diese Seite. Öffnen Sie die Seite jenes Netzes und stellen Sie ihn dort wieder her.',
    'not-a-backup':
      'Diese Datei ist keine Sicherung eines Schlüssels, oder sie wurde abgeschnitten. Wählen Sie die Datei, die „Sicherung speichern“ erzeugt hat.',
    'newer-backup':
      'Eine neuere Version dieser App hat diese Sicherung erzeugt. Laden Sie die Seite neu, um sie zu bekommen, und versuchen Sie es erneut.',
    'damaged-backup': 'Diese Sicherung ist beschädigt oder wurde verändert. Nehmen Sie eine andere Kopie.',
    'runs-elsewhere':
      'Ein anderer Tab dieses Browsers verwendet den Schlüssel dieser Sicherung: Schließen Sie ihn und versuchen Sie es erneut.',
    'already-here': 'Dieser Tab verwendet den Schlüssel dieser Sicherung schon: Es gibt nichts wiederherzustellen.',
    'no-backup':
      'Dieser Schlüssel stammt von der ersten Version dieser App, in einer Form, die kein Browser wieder herausgibt. Für einen, der sich sichern lässt, ziehen Sie Ihre Angebote zurück und löschen Sie dann unten diesen Schlüssel: Der nächste lässt sich sichern.',
    storage:
      'Dieser Browser hat nicht alles gespeichert oder gelöscht. Prüfen Sie, ob er Daten dieser Seite behalten darf und ob der Speicher voll ist, laden Sie die Seite neu und versuchen Sie es erneut.',
  },
  key: {
    title: 'Ihr Schlüssel',
    lead: 'Wer Sie in diesem Markt sind, bestimmt ein Schlüssel, der in diesem Browser entstanden ist. Er unterschreibt Ihre Angebote und Quittungen und verlässt dieses Gerät nie, außer Sie speichern eine Sicherung.',
    nodeId: 'Knoten-ID: Daran erkennen andere Sie',
    network: 'Netz',
    making: 'Der Schlüssel wird gerade erzeugt. Er erscheint dann hier.',
    copy: 'Knoten-ID kopieren',
  },
  storage: {
    title: 'Daten auf diesem Gerät',
    memoryOnly:
      'Dieser Browser behält für diese Seite nichts: Schlüssel, Angebote und Quittungen enden mit diesem Tab. Verlassen Sie den privaten Modus, oder erlauben Sie der Seite, Daten zu speichern. Eine Sicherung des Schlüssels können Sie trotzdem speichern.',
    unknown: 'Dieser Browser sagt nicht, wie viel gespeichert ist.',
    used: (used, quota) => `${used} belegt von ${quota}, die der Browser dieser Adresse bietet`,
    meter: 'Belegter Speicher',
    persisted: 'Der Browser behält diese Daten, bis Sie sie löschen.',
    notPersisted: 'Wenn der Platz knapp wird, kann der Browser diese Daten von sich aus löschen, auch Ihren Schlüssel.',
    persist: 'Meine Daten behalten',
    refused:
      'Der Browser hat nicht zugestimmt; er entscheidet selbst. Setzen Sie ein Lesezeichen, installieren Sie die Seite oder erlauben Sie Benachrichtigungen, und fragen Sie erneut. Eine Sicherung hilft in jedem Fall.',
  },
  backup: {
    title: 'Schlüssel sichern',
    lead: 'Die Sicherung ist eine Datei mit Ihrem Schlüssel, verschlüsselt mit einer Passphrase. Mit beidem sind Sie in jedem Browser wieder derselbe Peer. Angebote und Quittungen sind nicht darin.',
    passphrase: 'Passphrase',
    repeat: 'Passphrase noch einmal',
    repeatHint: 'Niemand kann sie für Sie wiederherstellen. Bewahren Sie sie getrennt von der Datei auf.',
    save: 'Sicherung speichern',
    working: 'Wird verschlüsselt: Das dauert absichtlich einige Sekunden, damit Raten langsam ist …',
    saved: (name) =>
      `Gespeichert als ${name}. Legen Sie die Datei dorthin, wo Sie sie wiederfinden, und die Passphrase an einen anderen Ort.`,
    missing: (least) => `Nehmen Sie mindestens ${least} Zeichen; gut sind einige Wörter, die nur Sie zusammenstellen würden.`,
    short: (more) => `Noch ${more} Zeichen zu kurz.`,
    long: (most) => `Höchstens ${most} Zeichen.`,
    differs: 'Die beiden Passphrasen sind verschieden.',
    strengths: {
      weak: 'Schwach: Wer die Datei hat, kann sie vielleicht erraten. Machen Sie sie länger oder vielfältiger.',
      fair: 'Mittel: Sie zu erraten kostet viel. Mit ein paar Wörtern mehr wird sie stark.',
      strong: 'Stark, wenn sie nirgends sonst verwendet wird.',
    },
  },
  restore: {
    title: 'Schlüssel wiederherstellen',
    lead: 'Dieser Tab wird zum Peer der Sicherung. Verwenden Sie einen Schlüssel nie an zwei Orten zugleich: Makler sähen zweierlei unter einem Namen. Der Schlüssel, den dieser Tab jetzt hat, bleibt in diesem Browser, für einen anderen Tab.',
    file: 'Sicherungsdatei',
    fileHint: 'Wählen Sie sie, oder ziehen Sie sie hierher. Sie wird nur auf diesem Gerät gelesen.',
    chosen: (name) => `Gewählt: ${name}`,
    passphrase: 'Passphrase der Sicherung',
    passphraseMissing: 'Geben Sie die Passphrase ein, mit der die Sicherung gespeichert wurde.',
    fileMissing: 'Wählen Sie zuerst die Sicherungsdatei.',
    unreadable: 'Die Datei konnte nicht gelesen werden. Wählen Sie sie noch einmal.',
    restore: 'Wiederherstellen',
    working: 'Wird geöffnet: Das dauert absichtlich einige Sekunden …',
    done: (nodeId) =>
      `Der Schlüssel des Knotens ${nodeId} ist jetzt in diesem Browser. Dieser Tab verwendet ihn, sobald die Seite neu geladen ist.`,
    reload: 'Seite laden und ihn verwenden',
    offers:
      'Angebote, die der Schlüssel anderswo hatte, werden hier nicht gezeigt. Ein neues Angebot für dieselbe Leistung tritt bei den Maklern an die Stelle des alten.',
  },
  wipe: {
    title: 'Diesen Schlüssel löschen',
    lead: 'Löscht den Schlüssel dieses Tabs, seine Angebote und seine Quittungen von diesem Gerät. Andere Schlüssel in diesem Browser bleiben. Die Seite beginnt dann mit einem von ihnen, oder sie erzeugt einen neuen.',
    start: 'Löschen …',
    forever: 'Ohne Sicherung ist der Schlüssel endgültig verloren, und seine Quittungen mit ihm.',
    live: (count) =>
      count === 1
        ? 'Ein Angebot von Ihnen gilt noch: Es bleibt bei den Maklern, bis es abläuft, und niemand steht dafür ein. Ziehen Sie es zuerst zurück.'
        : `${count} Angebote von Ihnen gelten noch: Sie bleiben bei den Maklern, bis sie ablaufen, und niemand steht dafür ein. Ziehen Sie sie zuerst zurück.`,
    confirm: (start) => `Geben Sie zur Bestätigung die ersten Zeichen der Knoten-ID ein: ${start}`,
    wrong: (start) => `Geben Sie ${start} ein, genau so.`,
    wipe: 'Endgültig löschen',
    cancel: 'Behalten',
    working: 'Wird gelöscht; die Seite lädt dann neu …',
  },
}
