/** What a person may do with an own offer: make it again, change it, take it back. */
import { useState } from 'preact/hooks'
import type { OfferAnswer, OfferRow } from '../trader/command.ts'
import { hashOf } from './link.ts'
import { termsAgain } from './offer-terms.ts'
import { leaveDraft } from './state/draft.ts'
import { offers } from './text/en/offers.ts'
import type { Screen } from './use-screen.ts'
import { apiErrorOf, isLive, reasonWords, whyNotChange } from './words.ts'

interface ActionsProps {
  readonly screen: Screen
  readonly offer: OfferRow
  /** How each offer is called in full, for those who hear the buttons apart from it. */
  readonly labelId: string
  /** Told what came of an action; empty when there is nothing to say. */
  readonly say: (words: string) => void
}

const DEFAULT_LONGEST_MS = 600_000

export function OfferActions({ screen, offer, labelId, say }: ActionsProps) {
  const { t } = offers
  const [doing, setDoing] = useState<'renew' | 'withdraw' | null>(null)
  const { api, parameters } = screen
  const live = isLive(offer)
  const why = whyNot(screen, offer)
  const whyId = `why-${offer.offerId}`
  const terms = termsAgain(offer, parameters?.t ?? DEFAULT_LONGEST_MS)
  const act = async (what: 'renew' | 'withdraw', task: () => Promise<string>) => {
    setDoing(what)
    say('')
    say(await task().catch((error) => apiErrorOf(error).message))
    setDoing(null)
  }
  const change = () => {
    leaveDraft(offer.serviceId, terms)
    location.hash = hashOf(offer.serviceId, api.link(offer.serviceId))
  }
  const renew = () => act('renew', async () => answerWords(await api.sendOffer(offer.serviceId, terms)))
  const withdraw = () =>
    act('withdraw', async () => {
      await api.withdraw(offer.offerId)
      return ''
    })
  const props = {
    type: 'button',
    class: 'button button-small',
    disabled: doing !== null || why !== undefined,
    'aria-describedby': why === undefined ? labelId : `${labelId} ${whyId}`,
  } as const
  return (
    <div class="offer-actions">
      <button {...props} onClick={renew}>
        {doing === 'renew' ? t.renewing : t.renew}
      </button>
      <button {...props} onClick={change}>
        {t.change}
      </button>
      {live ? (
        <button {...props} onClick={withdraw}>
          {doing === 'withdraw' ? t.withdrawing : t.withdraw}
        </button>
      ) : null}
      {why === undefined ? null : (
        <span class="row-note" id={whyId}>
          {why}
        </span>
      )}
    </div>
  )
}

/** A new offer takes the place of the one that is open: nobody should lose that by a click on another. */
function whyNot({ api, view }: Screen, offer: OfferRow): string | undefined {
  if (isLive(offer)) return whyNotChange(offer.state)
  if (view?.offers.some((other) => other.serviceId === offer.serviceId && isLive(other))) return offers.t.another
  return api.service(offer.serviceId) === undefined ? offers.t.unknown : undefined
}

function answerWords({ accepted, of, reason = '' }: OfferAnswer): string {
  return accepted > 0 ? offers.t.renewed(accepted, of) : offers.t.notRenewed(reasonWords(reason))
}
