import type { EventKind } from '../../events.ts'
import { catalogue } from '../language.ts'

const kinds: Record<EventKind, string> = {
  matched: 'Matched',
  traded: 'Traded',
  dropped: 'Pushed out of the book',
  expired: 'Expired',
  refused: 'Refused',
}

/** What is told of own offers as it happens, on any page. */
export const news = catalogue('news', {
  label: 'News of your offers',
  kinds,
  buy: 'Buy',
  sell: 'Sell',
  at: 'at',
  dismiss: 'Dismiss',
  show: 'Show',
  title: 'Notifications',
  hint: 'What becomes of your offers while this tab is in the background, as messages of the browser.',
  refused: 'The browser does not allow it. Allow notifications for this site in the browser’s settings, then try again.',
  missing: 'This browser has no notifications for this page.',
})
