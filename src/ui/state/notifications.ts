/** The browser's own notifications, for a tab that nobody looks at. */
import { currentSettings } from './settings.ts'

/** Browsers leave them out on pages without https, and some always. */
export function hasNotifications(): boolean {
  return 'Notification' in globalThis
}

/** Asks the person, by the browser's own question; call it from a click only. */
export async function askForNotifications(): Promise<boolean> {
  return hasNotifications() && (await Notification.requestPermission()) === 'granted'
}

export interface Message {
  readonly title: string
  readonly body: string
  /** A later message with the same tag takes its place. */
  readonly tag: string
}

/** Shows it when the person wants that and the tab is hidden. A click on it leads to the own offers. */
export function notify({ title, body, tag }: Message): void {
  if (!document.hidden || !currentSettings().notifications || !hasNotifications() || Notification.permission !== 'granted') return
  try {
    const shown = new Notification(title, { body, tag })
    shown.onclick = () => {
      window.focus()
      location.hash = '#/offers'
      shown.close()
    }
  } catch {
    // Browsers on phones show them from a service worker only; the title and the page tell it too.
  }
}
