import type { Diagnosis } from '../../api.ts'
import type { FindingId, FindingValues } from '../../network/findings.ts'
import { catalogue } from '../language.ts'

type Said = Record<FindingId, { readonly what: (values: FindingValues) => string; readonly todo: (values: FindingValues) => string }>

type Traffic = Readonly<Record<'sent' | 'sentSize' | 'received' | 'receivedSize', string>>
type Counts = Readonly<Record<'peers' | 'links' | 'fingers' | 'brokers', number>>

const seconds = (ms: number) => `${(Math.abs(ms) / 1000).toFixed(1)} s`

const findings: Said = {
  offline: {
    what: () => 'This device says that it is offline.',
    todo: () => 'Switch the network on, or come closer to it. The tab goes on by itself.',
  },
  stopped: { what: ({ detail }) => `This tab has left the market. ${detail}`, todo: () => 'Reload the page to come back.' },
  noServer: {
    what: ({ detail }) => `No meeting server answers: ${detail}. Newcomers do not find you, nor you others; open links go on.`,
    todo: () => 'Check whether other pages load. If they do, the server is down or blocked here: wait, or name another one below.',
  },
  someServers: {
    what: ({ count, total, detail }) => `${count} of ${total} meeting servers do not answer: ${detail}. The others are enough.`,
    todo: () => 'Nothing to do, unless it lasts.',
  },
  unreached: {
    what: ({ detail }) => `The meeting server answers, but the market is not reached. ${detail}`,
    todo: () => 'The tab tries again by itself. If it lasts, a firewall may stand between: name a TURN server below.',
  },
  relayFails: {
    what: () => 'Relay only is switched on, and no TURN server gave this device a relay: no link can be opened.',
    todo: () => 'Check the TURN server’s address and login below, or switch relay only off.',
  },
  noCandidates: {
    what: () => 'Links fail: this browser found no address at all under which others could reach this device.',
    todo: () => 'Look for an extension or a setting that forbids WebRTC, and allow it for this page.',
  },
  onlyHost: {
    what: ({ count }) => `Links fail (${count} attempts): others outside your local network cannot reach this device’s own address.`,
    todo: () => 'Name a STUN server below, and a TURN server if that does not do.',
  },
  linksFail: {
    what: ({ count, total }) => `Links fail (${count} of ${total} attempts), though others could know this device’s address.`,
    todo: () => 'Try another network if you have one. A TURN server, named below, gets through most firewalls.',
  },
  clock: {
    what: ({ ms }) => `This device’s clock is ${seconds(ms)} ${ms > 0 ? 'behind' : 'ahead of'} the neighbours’: offers may be refused.`,
    todo: () => 'Set the clock right, or agree to the correction under “This peer”.',
  },
  slow: {
    what: ({ ms }) => `Messages take long: ${seconds(ms)} there and back, more than a slot. Offers may come too late for theirs.`,
    todo: () => 'Stop large downloads, or try another network.',
  },
  slept: {
    what: ({ ms }) => `The browser let this tab sleep for ${seconds(ms)}. Links may have closed meanwhile; they are opened again.`,
    todo: () => 'Keep the tab visible, or exempt it from power saving.',
  },
  alone: {
    what: () => 'All works here: simply nobody else is in this market now.',
    todo: () => 'Invite somebody: open this page in another window, or send its link.',
  },
  starting: { what: () => 'This tab is on its way into the market.', todo: () => 'Wait a few seconds.' },
  well: {
    what: ({ count, total }) =>
      `All is well: ${count} ${Number(count) === 1 ? 'link is' : 'links are'} open, and ${total} other ${Number(total) === 1 ? 'peer is' : 'peers are'} known.`,
    todo: () => 'Nothing to do.',
  },
}

const wheres: Record<'here' | 'between' | 'there' | 'nowhere', string> = {
  here: 'It is here, with you',
  between: 'It is between you and the others',
  there: 'It is with the others',
  nowhere: '',
}

/** The page about this tab's place in the network. */
export const network = catalogue('network', {
  title: 'Network',
  notUp: 'This peer is not up yet.',
  diagnosis: {
    title: 'Is it me or them?',
    wheres,
    levels: { good: 'Good', note: 'To know', warning: 'Warning', bad: 'Problem' },
    findings,
    servers: 'Meeting servers',
    noServers: 'None: only tabs of this browser meet.',
    states: { unused: 'not asked yet', connecting: 'being asked', open: 'answers', failed: 'does not answer' },
    since: (age: string) => `for ${age}`,
    attempts: 'Attempts to link',
    attemptWords: ({ begun, opened, failed, refused }: Diagnosis['attempts']) =>
      `${begun} begun, ${opened} opened, ${failed} failed, ${refused} refused`,
    candidates: 'Addresses found',
    candidateWords: (host: number, seen: number, relay: number) => `${host} own, ${seen} seen by STUN, ${relay} relayed by TURN`,
    traffic: 'Traffic over links',
    trafficWords: ({ sent, sentSize, received, receivedSize }: Traffic) =>
      `${sent} messages sent (${sentSize}), ${received} received (${receivedSize})`,
  },
  place: {
    title: 'This peer',
    nodeId: 'Node id',
    predecessor: 'Predecessor',
    successor: 'Successor',
    none: 'none: alone in the ring',
    peers: 'Peers known',
    clock: 'Clock',
    inStep: 'as the neighbours’',
    corrected: (offset: string) => `${offset} to the neighbours’, corrected`,
    off: (offset: string) => `${offset} to the neighbours’`,
    correct: 'Correct it here',
  },
  ring: {
    title: 'Ring',
    intro: 'Ids grow clockwise from the top. Lines are open links.',
    words: ({ peers, links, fingers, brokers }: Counts) =>
      `The ring with ${peers} known peers, this one included: ${links} links, ${fingers} fingers, ${brokers} brokers marked. The table has the same.`,
    service: 'Mark the brokers of',
    noService: 'no service',
    legend: {
      self: 'this peer',
      neighbour: 'neighbour',
      finger: 'finger, a shortcut',
      other: 'other peer',
      broker: 'broker of the service',
      service: 'the service’s place',
      direct: 'link over WebRTC',
      rendezvous: 'link by the meeting server',
    },
  },
  table: {
    title: (links: number) => `Links (${links})`,
    caption: 'Peers on the ring, clockwise',
    peer: 'Peer',
    place: 'Place',
    role: 'On the ring',
    purposes: 'Link for',
    over: 'Over',
    roundTrip: 'Round trip',
    age: 'Link age',
    self: 'this peer',
    successor: (rank: number) => `successor ${rank}`,
    predecessor: (rank: number) => `predecessor ${rank}`,
    finger: 'finger',
    broker: 'broker',
    direct: 'WebRTC',
    rendezvous: 'rendezvous',
    purposeNames: { neighbour: 'neighbour', finger: 'finger', trade: 'trade', guest: 'guest' },
    noLink: 'no link',
  },
  brokering: {
    title: (count: number) => `Services brokered here (${count})`,
    service: 'Service',
    buys: 'Buys',
    sells: 'Sells',
    brokers: 'Brokers',
    none: 'None now: brokers are the peers whose ids are closest to a service’s.',
  },
  parameters: {
    network: 'network',
    n: 'brokers a service',
    f: 'an offer goes to',
    m: 'rows a book',
    t: 'longest validity',
    slot: 'slot',
    s: 'services at once',
    p: 'puzzle bits',
  },
  connection: {
    title: 'Own servers',
    lead: 'Used beside those of this page, in this browser only. Whoever runs a server sees your network address.',
    servers: 'Meeting servers',
    server: (number: number) => `Meeting server ${number}`,
    serverHint: 'A PeerServer, such as https://peers.example.org/peerjs',
    addServer: 'Add a meeting server',
    ice: 'STUN and TURN servers',
    iceUrls: (number: number) => `Addresses of STUN or TURN server ${number}`,
    iceHint: 'Such as stun:stun.example.org:3478 or turn:turn.example.org:3478; several with spaces between',
    iceUser: (number: number) => `User name for server ${number}`,
    iceWord: (number: number) => `Password for server ${number}`,
    loginHint: 'For TURN only',
    addIce: 'Add a STUN or TURN server',
    remove: (what: string) => `Remove: ${what}`,
    relayOnly: 'Relay only',
    relayHint: 'Links go over TURN servers only: other peers do not see your network address. Slower, and nothing works without one.',
    save: 'Save',
    saved: 'Saved. It is used after a reload.',
    reload: 'Reload now',
    errors: {
      server: 'This is no address of a PeerServer. Write it like https://peers.example.org/peerjs.',
      servers: 'At most eight meeting servers.',
      iceUrls: 'One to eight addresses that begin with stun:, stuns:, turn: or turns:.',
      iceUser: 'A TURN server needs a user name of at most 512 characters.',
      iceWord: 'A TURN server needs a password of at most 512 characters.',
      ice: 'At most eight STUN and TURN servers.',
      relayOnly: 'Relay only needs a TURN server: add one above with its login, or leave this off.',
      storage: 'This browser keeps nothing for this page. Allow storage, then save again.',
    },
  },
})
