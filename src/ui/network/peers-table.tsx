/** The ring as a table: the same as the drawing, in words and figures. */
import { shortId } from '../link.ts'
import { network } from '../text/en/network.ts'
import { decimalSign } from '../text/language.ts'
import { formatAge } from '../time.ts'
import type { RingPeer } from './ring-peers.ts'

export function PeersTable({ peers, nowMs }: { readonly peers: readonly RingPeer[]; readonly nowMs: number }) {
  const t = network.t.table
  const links = peers.filter(({ link }) => link !== null).length
  return (
    <section class="card" aria-labelledby="links-title">
      <h2 id="links-title">{t.title(links)}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table must be scrolled with the keyboard too. */}
      <section class="scroll" aria-label={t.caption} tabIndex={0}>
        <table class="plain">
          <caption class="quiet">{t.caption}</caption>
          <thead>
            <tr>
              <th scope="col">{t.peer}</th>
              <th scope="col" class="number">
                {t.place}
              </th>
              <th scope="col">{t.role}</th>
              <th scope="col">{t.purposes}</th>
              <th scope="col">{t.over}</th>
              <th scope="col" class="number">
                {t.roundTrip}
              </th>
              <th scope="col" class="number">
                {t.age}
              </th>
            </tr>
          </thead>
          <tbody>
            {peers.map((peer) => (
              <PeerRow key={peer.peer} row={peer} nowMs={nowMs} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}

function PeerRow({ row, nowMs }: { readonly row: RingPeer; readonly nowMs: number }) {
  const t = network.t.table
  const { peer, place, link } = row
  return (
    <tr>
      <th scope="row">
        <code title={peer}>{shortId(peer)}</code>
      </th>
      <td class="number">{(place * 100).toFixed(1).replace('.', decimalSign())} %</td>
      <td>{roleWords(row)}</td>
      <td>{link === null ? '–' : link.purposes.map((purpose) => t.purposeNames[purpose]).join(', ')}</td>
      <td>{link === null ? t.noLink : link.transport === 'direct' ? t.direct : t.rendezvous}</td>
      <td class="number">{link === null || link.roundTripMs === null ? '–' : `${Math.round(link.roundTripMs)} ms`}</td>
      <td class="number">{link === null ? '–' : formatAge(nowMs - link.sinceMs)}</td>
    </tr>
  )
}

/** What a peer is for this one; a dash for one that is only linked. */
function roleWords({ isSelf, successor, predecessor, isFinger, isBroker }: RingPeer): string {
  const t = network.t.table
  const words = [
    isSelf ? t.self : '',
    successor > 0 ? t.successor(successor) : '',
    predecessor > 0 ? t.predecessor(predecessor) : '',
    isFinger ? t.finger : '',
    isBroker ? t.broker : '',
  ]
  return words.filter((word) => word !== '').join(', ') || '–'
}
