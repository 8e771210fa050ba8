import { describe, expect, test } from 'vitest'
import type { OfferRow, OfferStep } from '../trader/command.ts'
import { eventsBetween, MAX_EVENTS, MAX_SHOWN, shownAfter, titleWith } from './events.ts'

const START_MS = 1_000_000

function offerWith(steps: readonly OfferStep[], id = 'a'): OfferRow {
  const terms = { serviceId: 's', side: 'buy', price: 100, quantity: 1, state: 'open', accepted: 3, of: 3 } as const
  return { offerId: id, ...terms, validUntil: START_MS + 60_000, steps }
}

function step(state: OfferStep['state'], afterMs: number): OfferStep {
  return { state, atMs: START_MS + afterMs }
}

const placed = [step('signing', 1), step('sent', 2), step('stored', 3)]

function between(before: readonly OfferRow[], after: readonly OfferRow[]): string[] {
  return eventsBetween({ offers: before, receipts: [] }, { offers: after, receipts: [] }, START_MS).map(
    ({ kind, offer }) => `${offer.offerId} ${kind}`,
  )
}

describe('what is told', () => {
  test('ends and matches, and nothing on the way there', () => {
    expect(between([], [offerWith(placed)])).toEqual([])
    const ends = ['matched', 'traded', 'dropped', 'expired', 'refused'] as const
    for (const end of ends) expect(between([offerWith(placed)], [offerWith([...placed, step(end, 9)])])).toEqual([`a ${end}`])
    const own = ['withdrawing', 'withdrawn', 'replaced', 'forwarded', 'awaiting-receipt'] as const
    for (const end of own) expect(between([offerWith(placed)], [offerWith([...placed, step(end, 9)])])).toEqual([])
  })

  test('a trade is told with the price of its receipt', () => {
    const receipt = { receiptId: 'r', serviceId: 's', price: 102.5, quantity: 1, buyer: 'x', seller: 'y', slot: 3, attestations: 0, of: 3 }
    const older = { ...receipt, receiptId: 'q', price: 90 }
    const traded = { offers: [offerWith([...placed, step('traded', 9)])], receipts: [{ ...receipt, serviceId: 'other' }, receipt, older] }
    expect(eventsBetween({ offers: [offerWith(placed)], receipts: [] }, traded, START_MS)).toMatchObject([{ kind: 'traded', price: 102.5 }])
  })

  test('each once', () => {
    const matched = offerWith([...placed, step('matched', 9)])
    expect(between([matched], [matched])).toEqual([])
    expect(between([matched], [offerWith([...matched.steps, step('awaiting-receipt', 10)])])).toEqual([])
    expect(between([matched], [offerWith([...matched.steps, step('traded', 20)])])).toEqual(['a traded'])
  })

  test('a match and its trade at once are one; a later match of the rest is another', () => {
    expect(between([offerWith(placed)], [offerWith([...placed, step('matched', 8), step('traded', 9)])])).toEqual(['a traded'])
    const twice = [...placed, step('matched', 8), step('traded', 9), step('matched', 20), step('traded', 21)]
    expect(between([offerWith(twice.slice(0, 5))], [offerWith(twice)])).toEqual(['a traded'])
  })

  test('an offer that was not in the view before', () => {
    expect(between([], [offerWith([step('signing', 1), step('refused', 2)])])).toEqual(['a refused'])
  })

  test('the reason and the quantity go with it', () => {
    const traded = { ...step('traded', 9), quantity: 2 }
    const dropped = { ...step('dropped', 10), reason: 'price: better ones' }
    const [first, second] = eventsBetween(
      { offers: [], receipts: [] },
      { offers: [offerWith([traded]), offerWith([dropped], 'b')], receipts: [] },
      START_MS,
    )
    expect(first).toMatchObject({ kind: 'traded', quantity: 2 })
    expect(second).toMatchObject({ kind: 'dropped', reason: 'price: better ones' })
  })
})

describe('what is not told', () => {
  test('what was before this visit, or at a time that nobody knows', () => {
    expect(between([], [offerWith([step('traded', -1)])])).toEqual([])
    expect(between([], [offerWith([{ state: 'traded', atMs: null }])])).toEqual([])
  })

  test('an offer whose time was over before this visit and that is only now marked so', () => {
    const late = { ...offerWith([step('expired', 500)]), validUntil: START_MS - 1 }
    expect(between([], [late])).toEqual([])
  })

  test('more than a few at once: the latest', () => {
    const many = Array.from({ length: 20 }, (_, index) => offerWith([step('expired', 20 - index)], String(index)))
    const told = between([], many)
    expect(told).toHaveLength(MAX_EVENTS)
    expect(told[0]).toBe('7 expired')
    expect(told.at(-1)).toBe('0 expired')
  })
})

describe('in the page', () => {
  const [matched] = eventsBetween({ offers: [], receipts: [] }, { offers: [offerWith([step('matched', 1)])], receipts: [] }, START_MS)
  const [traded] = eventsBetween({ offers: [], receipts: [] }, { offers: [offerWith([step('traded', 2)])], receipts: [] }, START_MS)

  test('the latest word on an offer takes the place of the one before', () => {
    expect(shownAfter([matched!], [traded!])).toEqual([traded])
  })

  test('few at once', () => {
    const more = ['b', 'c', 'd'].flatMap((id) =>
      eventsBetween({ offers: [], receipts: [] }, { offers: [offerWith([step('expired', 3)], id)], receipts: [] }, START_MS),
    )
    const shown = shownAfter([traded!], more)
    expect(shown).toHaveLength(MAX_SHOWN)
    expect(shown.map(({ offer }) => offer.offerId)).toEqual(['b', 'c', 'd'])
  })

  test('the title counts what is unseen', () => {
    expect([titleWith(0), titleWith(2)]).toEqual(['PeerMart', '(2) PeerMart'])
  })
})
