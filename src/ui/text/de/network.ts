import type { network as english } from '../en/network.ts'
import type { TextsOf } from '../language.ts'

const seconds = (ms: number) => `${(Math.abs(ms) / 1000).toFixed(1).replace('.', ',')} s`

export const network: TextsOf<typeof english> = {
  title: 'Netz',
  notUp: 'Dieser Peer läuft noch nicht.',
  diagnosis: {
    title: 'Liegt es an mir oder an den anderen?',
    wheres: {
      here: 'Es liegt hier, bei Ihnen',
      between: 'Es liegt zwischen Ihnen und den anderen',
      there: 'Es liegt bei den anderen',
      nowhere: '',
    },
    levels: { good: 'Gut', note: 'Zu wissen', warning: 'Warnung', bad: 'Problem' },
    findings: {
      offline: {
        what: () => 'Dieses Gerät meldet, dass es offline ist.',
        todo: () => 'Schalten Sie das Netz ein, oder gehen Sie näher heran. Der Tab macht von selbst weiter.',
      },
      stopped: {
        what: ({ detail }) => `Dieser Tab hat den Markt verlassen. ${detail}`,
        todo: () => 'Laden Sie die Seite neu, um zurückzukommen.',
      },
      noServer: {
        what: ({ detail }) =>
          `Kein Treffpunkt-Server antwortet: ${detail}. Neue finden Sie nicht, und Sie finden keine anderen; offene Verbindungen bestehen weiter.`,
        todo: () =>
          'Prüfen Sie, ob andere Seiten laden. Wenn ja, ist der Server ausgefallen oder hier gesperrt: Warten Sie, oder nennen Sie unten einen anderen.',
      },
      someServers: {
        what: ({ count, total, detail }) => `${count} von ${total} Treffpunkt-Servern antworten nicht: ${detail}. Die übrigen genügen.`,
        todo: () => 'Nichts zu tun, wenn es nicht anhält.',
      },
      unreached: {
        what: ({ detail }) => `Der Treffpunkt-Server antwortet, aber der Markt ist nicht erreichbar. ${detail}`,
        todo: () =>
          'Der Tab versucht es von selbst wieder. Hält es an, steht vielleicht eine Firewall dazwischen: Nennen Sie unten einen TURN-Server.',
      },
      relayFails: {
        what: () => '„Nur über Relais“ ist an, und kein TURN-Server gab diesem Gerät ein Relais: Keine Verbindung kommt zustande.',
        todo: () => 'Prüfen Sie unten Adresse und Zugang des TURN-Servers, oder schalten Sie „Nur über Relais“ aus.',
      },
      noCandidates: {
        what: () => 'Verbindungen misslingen: Dieser Browser fand gar keine Adresse, unter der andere dieses Gerät erreichen könnten.',
        todo: () => 'Suchen Sie nach einer Erweiterung oder Einstellung, die WebRTC verbietet, und erlauben Sie es für diese Seite.',
      },
      onlyHost: {
        what: ({ count }) =>
          `Verbindungen misslingen (${count} Versuche): Außerhalb Ihres lokalen Netzes ist die eigene Adresse dieses Geräts nicht erreichbar.`,
        todo: () => 'Nennen Sie unten einen STUN-Server, und einen TURN-Server, wenn das nicht genügt.',
      },
      linksFail: {
        what: ({ count, total }) =>
          `Verbindungen misslingen (${count} von ${total} Versuchen), obwohl andere die Adresse dieses Geräts kennen könnten.`,
        todo: () => 'Versuchen Sie ein anderes Netz. Ein TURN-Server, unten genannt, kommt durch die meisten Firewalls.',
      },
      clock: {
        what: ({ ms }) =>
          `Die Uhr dieses Geräts geht gegenüber den Nachbarn ${seconds(ms)} ${ms > 0 ? 'nach' : 'vor'}: Angebote können abgelehnt werden.`,
        todo: () => 'Stellen Sie die Uhr richtig, oder stimmen Sie unter „Dieser Peer“ der Korrektur zu.',
      },
      slow: {
        what: ({ ms }) => `Nachrichten brauchen lange: ${seconds(ms)} hin und zurück, mehr als ein Slot. Angebote können zu spät kommen.`,
        todo: () => 'Halten Sie große Downloads an, oder versuchen Sie ein anderes Netz.',
      },
      slept: {
        what: ({ ms }) =>
          `Der Browser ließ diesen Tab ${seconds(ms)} schlafen. Verbindungen können sich geschlossen haben; sie werden wieder geöffnet.`,
        todo: () => 'Lassen Sie den Tab sichtbar, oder nehmen Sie ihn vom Energiesparen aus.',
      },
      alone: {
        what: () => 'Hier geht alles: Es ist nur gerade niemand sonst in diesem Markt.',
        todo: () => 'Laden Sie jemanden ein: Öffnen Sie die Seite in einem anderen Fenster, oder senden Sie ihren Link.',
      },
      starting: { what: () => 'Dieser Tab ist auf dem Weg in den Markt.', todo: () => 'Warten Sie einige Sekunden.' },
      well: {
        what: ({ count, total }) =>
          `Alles in Ordnung: ${count} ${Number(count) === 1 ? 'Verbindung ist' : 'Verbindungen sind'} offen, ${total} ${Number(total) === 1 ? 'anderer Peer ist' : 'andere Peers sind'} bekannt.`,
        todo: () => 'Nichts zu tun.',
      },
    },
    servers: 'Treffpunkt-Server',
    noServers: 'Keine: Nur Tabs dieses Browsers treffen sich.',
    states: { unused: 'noch nicht gefragt', connecting: 'wird gefragt', open: 'antwortet', failed: 'antwortet nicht' },
    since: (age) => `seit ${age}`,
    attempts: 'Verbindungsversuche',
    attemptWords: ({ begun, opened, failed, refused }) =>
      `${begun} begonnen, ${opened} geöffnet, ${failed} misslungen, ${refused} abgelehnt`,
    candidates: 'Gefundene Adressen',
    candidateWords: (host, seen, relay) => `${host} eigene, ${seen} von STUN gesehen, ${relay} über TURN`,
    traffic: 'Verkehr über Verbindungen',
    trafficWords: ({ sent, sentSize, received, receivedSize }) =>
      `${sent} Nachrichten gesendet (${sentSize}), ${received} empfangen (${receivedSize})`,
  },
  place: {
    title: 'Dieser Peer',
    nodeId: 'Knoten-Id',
    predecessor: 'Vorgänger',
    successor: 'Nachfolger',
    none: 'keiner: allein im Ring',
    peers: 'Bekannte Peers',
    clock: 'Uhr',
    inStep: 'wie die der Nachbarn',
    corrected: (offset) => `${offset} zu den Nachbarn, korrigiert`,
    off: (offset) => `${offset} zu den Nachbarn`,
    correct: 'Hier korrigieren',
  },
  ring: {
    title: 'Ring',
    intro: 'Ids wachsen im Uhrzeigersinn von oben. Linien sind offene Verbindungen.',
    words: ({ peers, links, fingers, brokers }) =>
      `Der Ring mit ${peers} bekannten Peers, diesem eingeschlossen: ${links} Verbindungen, ${fingers} Finger, ${brokers} markierte Makler. Die Tabelle zeigt dasselbe.`,
    service: 'Makler markieren von',
    noService: 'keinem Dienst',
    legend: {
      self: 'dieser Peer',
      neighbour: 'Nachbar',
      finger: 'Finger, eine Abkürzung',
      other: 'anderer Peer',
      broker: 'Makler des Dienstes',
      service: 'Ort des Dienstes',
      direct: 'Verbindung über WebRTC',
      rendezvous: 'Verbindung über den Treffpunkt-Server',
    },
  },
  table: {
    title: (links) => `Verbindungen (${links})`,
    caption: 'Peers auf dem Ring, im Uhrzeigersinn',
    peer: 'Peer',
    place: 'Ort',
    role: 'Auf dem Ring',
    purposes: 'Verbunden für',
    over: 'Über',
    roundTrip: 'Hin und zurück',
    age: 'Alter',
    self: 'dieser Peer',
    successor: (rank) => `Nachfolger ${rank}`,
    predecessor: (rank) => `Vorgänger ${rank}`,
    finger: 'Finger',
    broker: 'Makler',
    direct: 'WebRTC',
    rendezvous: 'Treffpunkt',
    purposeNames: { neighbour: 'Nachbarn', finger: 'Finger', trade: 'Handel', guest: 'Gast' },
    noLink: 'keine Verbindung',
  },
  brokering: {
    title: (count) => `Hier vermittelte Dienste (${count})`,
    service: 'Dienst',
    buys: 'Käufe',
    sells: 'Verkäufe',
    brokers: 'Makler',
    none: 'Zurzeit keine: Makler sind die Peers, deren Ids der des Dienstes am nächsten sind.',
  },
  parameters: {
    network: 'Netz',
    n: 'Makler je Dienst',
    f: 'ein Angebot geht an',
    m: 'Zeilen je Buch',
    t: 'längste Gültigkeit',
    slot: 'Slot',
    s: 'Dienste zugleich',
    p: 'Rätsel-Bits',
  },
  connection: {
    title: 'Eigene Server',
    lead: 'Werden neben denen dieser Seite benutzt, nur in diesem Browser. Wer einen Server betreibt, sieht Ihre Netzadresse.',
    servers: 'Treffpunkt-Server',
    server: (number) => `Treffpunkt-Server ${number}`,
    serverHint: 'Ein PeerServer, etwa https://peers.example.org/peerjs',
    addServer: 'Treffpunkt-Server hinzufügen',
    ice: 'STUN- und TURN-Server',
    iceUrls: (number) => `Adressen von STUN- oder TURN-Server ${number}`,
    iceHint: 'Etwa stun:stun.example.org:3478 oder turn:turn.example.org:3478; mehrere mit Leerzeichen dazwischen',
    iceUser: (number) => `Benutzername für Server ${number}`,
    iceWord: (number) => `Passwort für Server ${number}`,
    loginHint: 'Nur für TURN',
    addIce: 'STUN- oder TURN-Server hinzufügen',
    remove: (what) => `Entfernen: ${what}`,
    relayOnly: 'Nur über Relais',
    relayHint: 'Verbindungen gehen nur über TURN-Server: Andere Peers sehen Ihre Netzadresse nicht. Langsamer, und ohne einen geht nichts.',
    save: 'Speichern',
    saved: 'Gespeichert. Es gilt nach dem nächsten Laden.',
    reload: 'Jetzt neu laden',
    errors: {
      server: 'Das ist keine Adresse eines PeerServers. Schreiben Sie sie wie https://peers.example.org/peerjs.',
      servers: 'Höchstens acht Treffpunkt-Server.',
      iceUrls: 'Eine bis acht Adressen, die mit stun:, stuns:, turn: oder turns: beginnen.',
      iceUser: 'Ein TURN-Server braucht einen Benutzernamen von höchstens 512 Zeichen.',
      iceWord: 'Ein TURN-Server braucht ein Passwort von höchstens 512 Zeichen.',
      ice: 'Höchstens acht STUN- und TURN-Server.',
      relayOnly: '„Nur über Relais“ braucht einen TURN-Server: Fügen Sie oben einen mit Zugang hinzu, oder lassen Sie dies aus.',
      storage: 'Dieser Browser bewahrt nichts für diese Seite auf. Erlauben Sie Speicher, und speichern Sie noch einmal.',
    },
  },
}
