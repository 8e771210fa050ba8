/** This tab's place in the network: who it is, whom it knows, what it does for others. */
import { useState } from 'preact/hooks'
import type { Id } from '../base/identity.ts'
import type { LinkView, View } from '../peer/view.ts'
import { formatCount } from './amount.ts'
import type { NetworkParameters } from './api.ts'
import { FieldError } from './field.tsx'
import { hashOf, shortId } from './link.ts'
import { formatLength, formatOffset, isInStep } from './time.ts'
import type { Screen } from './use-screen.ts'
import { apiErrorOf, ringStateWords } from './words.ts'
import './style/network.css'

export function Network({ screen }: { readonly screen: Screen }) {
  const { view, parameters } = screen
  return (
    <section class="network card" id="network" tabIndex={-1} data-testid="network" aria-labelledby="network-title">
      <header class="section-head">
        <h2 id="network-title">Network</h2>
        <p class="quiet">{view === null ? 'This peer is not up yet.' : ringStateWords(view.state)}</p>
      </header>
      {view === null ? null : (
        <div class="network-columns">
          <Place screen={screen} view={view} />
          <Links links={view.links} />
          <Brokering screen={screen} view={view} />
        </div>
      )}
      {parameters === null ? null : <ParameterLine parameters={parameters} view={view} />}
    </section>
  )
}

function Place({ screen, view }: { readonly screen: Screen; readonly view: View }) {
  return (
    <div>
      <h3>This peer</h3>
      <dl class="pairs">
        <Pair term="Node id">
          <code class="whole-id">{view.nodeId}</code>
        </Pair>
        <Pair term="Predecessor">
          <Neighbour id={view.predecessors[0]} />
        </Pair>
        <Pair term="Successor">
          <Neighbour id={view.successors[0]} />
        </Pair>
        <Pair term="Peers known">{view.peers}</Pair>
        <Pair term="Clock">
          <Clock screen={screen} view={view} />
        </Pair>
      </dl>
    </div>
  )
}

function Pair({ term, children }: { readonly term: string; readonly children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Neighbour({ id }: { readonly id: Id | undefined }) {
  return id === undefined ? <span class="quiet">none: alone in the ring</span> : <code title={id}>{shortId(id)}</code>
}

function Clock({ screen, view }: { readonly screen: Screen; readonly view: View }) {
  const [error, setError] = useState<string | undefined>()
  const offset = formatOffset(view.clockOffsetMs)
  if (!view.clockOff) return <>{isInStep(view.clockOffsetMs) ? offset : `${offset} to the neighbours’, corrected`}</>
  const correct = () => screen.api.adjustClock().catch((reason) => setError(apiErrorOf(reason).message))
  return (
    <>
      <span class="clock-off">{offset} to the neighbours’</span>{' '}
      <button type="button" class="button button-small" onClick={correct}>
        Correct it here
      </button>
      <FieldError id="clock-error" name="clock" error={error} />
    </>
  )
}

function Links({ links }: { readonly links: readonly LinkView[] }) {
  return (
    <div>
      <h3>Links ({links.length})</h3>
      <div class="scroll">
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">Peer</th>
              <th scope="col">For</th>
              <th scope="col">Over</th>
              <th scope="col" class="number">
                Round trip
              </th>
            </tr>
          </thead>
          <tbody>
            {links.map((link) => (
              <LinkRow key={`${link.peer} ${link.transport}`} link={link} />
            ))}
          </tbody>
        </table>
      </div>
      {links.length === 0 ? <p class="empty">No links yet.</p> : null}
    </div>
  )
}

function LinkRow({ link }: { readonly link: LinkView }) {
  return (
    <tr>
      <td>
        <code title={link.peer}>{shortId(link.peer)}</code>
      </td>
      <td>{link.purposes.join(', ')}</td>
      <td>{link.transport === 'direct' ? 'WebRTC' : 'rendezvous'}</td>
      <td class="number">{link.roundTripMs === null ? '–' : `${Math.round(link.roundTripMs)} ms`}</td>
    </tr>
  )
}

function Brokering({ screen, view }: { readonly screen: Screen; readonly view: View }) {
  return (
    <div>
      <h3>Services brokered here ({view.brokering.length})</h3>
      <div class="scroll">
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col" class="number">
                Buys
              </th>
              <th scope="col" class="number">
                Sells
              </th>
              <th scope="col" class="number">
                Brokers
              </th>
            </tr>
          </thead>
          <tbody>
            {view.brokering.map(({ serviceId, name, buys, sells, members }) => (
              <tr key={serviceId}>
                <td>
                  <a href={hashOf(serviceId, screen.api.link(serviceId))}>{name}</a>
                </td>
                <td class="number">{buys}</td>
                <td class="number">{sells}</td>
                <td class="number">{members}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {view.brokering.length === 0 ? <p class="empty">None now: brokers are the peers whose ids are closest to a service’s.</p> : null}
    </div>
  )
}

function ParameterLine({ parameters, view }: { readonly parameters: NetworkParameters; readonly view: View | null }) {
  const { n, f, m, t, slot, s, p } = parameters
  const words = [
    ['brokers a service', n],
    ['an offer goes to', f],
    ['rows a book', formatCount(m)],
    ['longest validity', formatLength(t)],
    ['slot', formatLength(slot)],
    ['services at once', s],
    ['puzzle bits', p],
  ]
  return (
    <dl class="parameters">
      <div>
        <dt>network</dt>
        <dd>{view?.network ?? parameters.network}</dd>
      </div>
      {words.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
