/** All German texts, under the names of their catalogues. */
import { about } from './about.ts'
import { home } from './home.ts'
import { settings } from './settings.ts'
import { shell } from './shell.ts'

export const german = { about, home, settings, shell }
