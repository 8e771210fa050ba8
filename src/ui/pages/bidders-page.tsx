import { BidderForm } from '../bidders/bidder-form.tsx'
import { BidderList } from '../bidders/bidder-list.tsx'
import { bidders } from '../text/en/bidders.ts'
import type { Screen } from '../use-screen.ts'
import '../style/offer-form.css'
import '../style/bidders.css'

export function BiddersPage({ screen }: { readonly screen: Screen }) {
  const { t } = bidders
  const services = screen.view?.services ?? []
  // A service's page leads here with its id.
  const wanted = /[?&]s=([0-9a-f]{32})/.exec(location.hash)?.[1]
  return (
    <div class="main">
      {services.length > 0 ? (
        <BidderForm screen={screen} services={services} wanted={wanted} />
      ) : (
        <section class="card" aria-labelledby="bidder-title">
          <h2 id="bidder-title">{t.title}</h2>
          <p class="form-lead">{t.lead}</p>
          <p>
            {t.noService} <a href="#/">{t.toMarket}</a>
          </p>
        </section>
      )}
      <BidderList screen={screen} />
    </div>
  )
}
