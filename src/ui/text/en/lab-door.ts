import { catalogue } from '../language.ts'

/** What is said before the lab is there: part of the first load, unlike the lab's own texts. */
export const labDoor = catalogue('labDoor', {
  loading: 'Loading the lab…',
  failed: 'The lab could not be loaded. Once it is, it needs no network; until then this device must be online.',
  inVain: 'This page’s server still cannot be reached.',
  again: 'Try again',
})
