/** Who this peer is, next to whom, and how its clock stands to the others'. */
import { useState } from 'preact/hooks'
import type { Id } from '../../base/identity.ts'
import type { View } from '../../peer/view.ts'
import { FieldError } from '../field.tsx'
import { shortId } from '../link.ts'
import { network } from '../text/en/network.ts'
import { formatOffset, isInStep } from '../time.ts'
import type { Screen } from '../use-screen.ts'
import { apiErrorOf } from '../words.ts'
import { Pair } from './pair.tsx'

export function Place({ screen, view }: { readonly screen: Screen; readonly view: View }) {
  const t = network.t.place
  return (
    <section class="card" aria-labelledby="place-title">
      <h2 id="place-title">{t.title}</h2>
      <dl class="pairs">
        <Pair term={t.nodeId}>
          <code class="whole-id">{view.nodeId}</code>
        </Pair>
        <Pair term={t.predecessor}>
          <Neighbour id={view.predecessors[0]} />
        </Pair>
        <Pair term={t.successor}>
          <Neighbour id={view.successors[0]} />
        </Pair>
        <Pair term={t.peers}>{view.peers}</Pair>
        <Pair term={t.clock}>
          <Clock screen={screen} view={view} />
        </Pair>
      </dl>
    </section>
  )
}

function Neighbour({ id }: { readonly id: Id | undefined }) {
  return id === undefined ? <span class="quiet">{network.t.place.none}</span> : <code title={id}>{shortId(id)}</code>
}

function Clock({ screen, view }: { readonly screen: Screen; readonly view: View }) {
  const t = network.t.place
  const [error, setError] = useState<string | undefined>()
  if (isInStep(view.clockOffsetMs)) return <>{t.inStep}</>
  const offset = formatOffset(view.clockOffsetMs)
  if (!view.clockOff) return <>{t.corrected(offset)}</>
  const correct = () => screen.api.adjustClock().catch((reason) => setError(apiErrorOf(reason).message))
  return (
    <>
      <span class="clock-off">{t.off(offset)}</span>{' '}
      <button type="button" class="button button-small" onClick={correct}>
        {t.correct}
      </button>
      <FieldError id="clock-error" name="clock" error={error} />
    </>
  )
}
