/** All German texts, under the names of their catalogues. */
import { about } from './about.ts'
import { bidders } from './bidders.ts'
import { book } from './book.ts'
import { brokering } from './brokering.ts'
import { home } from './home.ts'
import { identity } from './identity.ts'
import { lab, labForm, labProgress, labRing, labRuns } from './lab.ts'
import { labDoor } from './lab-door.ts'
import { network } from './network.ts'
import { news } from './news.ts'
import { offerForm } from './offer-form.ts'
import { offers } from './offers.ts'
import { reasons } from './reasons.ts'
import { copying, service } from './service.ts'
import { settings } from './settings.ts'
import { shell } from './shell.ts'
import { shortcuts } from './shortcuts.ts'
import { invite, startup } from './startup.ts'
import { tradeHistory } from './trade-history.ts'
import { trades } from './trades.ts'
import { units } from './units.ts'
import { update } from './update.ts'

export const german = {
  about,
  bidders,
  book,
  brokering,
  copying,
  home,
  identity,
  invite,
  lab,
  labDoor,
  labForm,
  labProgress,
  labRing,
  labRuns,
  network,
  news,
  offerForm,
  offers,
  reasons,
  service,
  settings,
  shell,
  shortcuts,
  startup,
  tradeHistory,
  trades,
  units,
  update,
}
