import { catalogue } from '../language.ts'

/** The head of a service's page. */
export const service = catalogue('service', {
  back: 'All services',
  opening: (id: string) => `Opening service ${id}: looking for its brokers on the ring…`,
  notOpened: 'The service did not open',
  again: 'Try again',
  price: 'Price',
  per: (currency: string, unit: string) => `${currency} per ${unit}`,
  step: 'Smallest step',
  file: 'File',
  bytes: (count: string) => `${count} bytes`,
  tags: 'Tags',
  id: 'Id',
  share: 'Share this link',
  copy: 'Copy',
  bidder: 'Let a bidder do it',
})

export const copying = catalogue('copying', { copied: 'Copied', selected: 'Selected: press Ctrl+C' })
