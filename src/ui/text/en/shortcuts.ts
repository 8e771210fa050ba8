import { catalogue } from '../language.ts'

export const shortcuts = catalogue('shortcuts', {
  title: 'Keyboard shortcuts',
  acts: {
    help: 'Show this list',
    buy: 'On a service’s page: an offer to buy',
    sell: 'On a service’s page: an offer to sell',
    open: 'On the market’s page: open a service',
  },
  go: (page: string) => `Go to ${page}`,
  off: 'They work outside of fields, and can be turned off:',
  close: 'Close',
  choice: 'Keyboard shortcuts',
  choiceHint: 'Single keys outside of fields; ? lists them.',
})
