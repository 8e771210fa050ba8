import { catalogue } from '../language.ts'

export const settings = catalogue('settings', {
  title: 'Settings',
  language: 'Language',
  languageAuto: 'As the browser says',
  languageHint: 'Messages of other peers and of the browser stay as they come.',
  scheme: 'Colours',
  schemes: { system: 'As the device says', light: 'Light', dark: 'Dark' },
  kept: 'Choices are kept in this browser.',
})
