import { catalogue } from '../language.ts'

export const update = catalogue('update', {
  ready: 'A newer version of PeerMart is here. Taking it loads this page anew: what you are typing is lost, your offers and receipts stay.',
  take: 'Take it now',
})
