/** What this tab does for others. */
import type { View } from '../../peer/view.ts'
import { formatCount } from '../amount.ts'
import type { NetworkParameters } from '../api.ts'
import { hashOf } from '../link.ts'
import { network } from '../text/en/network.ts'
import { formatLength } from '../time.ts'
import type { Screen } from '../use-screen.ts'

export function Brokering({ screen, view }: { readonly screen: Screen; readonly view: View }) {
  const t = network.t.brokering
  return (
    <section class="card" aria-labelledby="brokering-title">
      <h2 id="brokering-title">{t.title(view.brokering.length)}</h2>
      {view.brokering.length === 0 ? (
        <p class="empty">{t.none}</p>
      ) : (
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">{t.service}</th>
              {[t.buys, t.sells, t.brokers].map((title) => (
                <th scope="col" class="number" key={title}>
                  {title}
                </th>
              ))}
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
      )}
    </section>
  )
}

export function ParameterLine({ parameters, view }: { readonly parameters: NetworkParameters; readonly view: View | null }) {
  const terms = network.t.parameters
  const { n, f, m, t, slot, s, p } = parameters
  const words = [
    [terms.network, view?.network ?? parameters.network],
    [terms.n, n],
    [terms.f, f],
    [terms.m, formatCount(m)],
    [terms.t, formatLength(t)],
    [terms.slot, formatLength(slot)],
    [terms.s, s],
    [terms.p, p],
  ]
  return (
    <dl class="parameters">
      {words.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
