import { catalogue } from '../language.ts'

/** The services whose order books this tab keeps with others. */
export const brokering = catalogue('brokering', {
  title: 'Brokered here',
  lead: 'Every tab shares the auctioneer’s work. These are the services whose order tables this tab keeps, together with the other brokers of their sets. Nobody chooses them: it is the tabs closest to a service on the ring.',
  none: 'This tab brokers no service now. It will once one is traded that lies near its place on the ring.',
  traffic: (messages: string, kilobytes: string) =>
    `All links of this tab together: ${messages} messages a second, ${kilobytes} kB a second.`,
  measuring: 'Measuring the messages of this tab…',
  table: (service: string) => `Order table of ${service} as this tab keeps it`,
  side: 'Side',
  sides: { buy: 'Buy', sell: 'Sell' },
  price: 'Price',
  quantity: 'Quantity',
  peer: 'Peer',
  left: 'Valid for',
  empty: 'No valid offer in the table now.',
  more: (count: number) => `and ${count} more`,
  since: 'Slots since it was taken on',
  decided: 'Slots decided here',
  last: 'Last decision',
  lastSlot: (slot: string) => `slot ${slot}`,
  noDecision: 'none yet',
  agreement: 'Agreement',
  agree: (agreeing: number, answered: number) => `${agreeing} of ${answered} brokers that answered share the last decision`,
  unknownAgreement: 'not asked yet',
  members: (count: number) => `Broker set (${count})`,
  self: 'this tab',
})
