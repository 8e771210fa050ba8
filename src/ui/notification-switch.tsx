/** Whether the browser tells of own offers while this tab is hidden. The browser asks the person when it is switched on, never before. */
import { useState } from 'preact/hooks'
import { askForNotifications, hasNotifications } from './state/notifications.ts'
import { changeSettings, currentSettings } from './state/settings.ts'
import { news } from './text/en/news.ts'
import './style/switch.css'

export function NotificationSwitch() {
  const { t } = news
  const [refused, setRefused] = useState(false)
  const isMissing = !hasNotifications()
  const isOn = !isMissing && currentSettings().notifications && Notification.permission === 'granted'
  const change = async (wanted: boolean) => {
    const notifications = wanted && (await askForNotifications())
    setRefused(wanted && !notifications)
    await changeSettings({ notifications })
  }
  return (
    <div class="field">
      <label class="switch">
        <input
          type="checkbox"
          name="notifications"
          checked={isOn}
          disabled={isMissing}
          aria-describedby="notifications-hint notifications-problem"
          onChange={(event) => {
            const { checked } = event.currentTarget
            // It stands as it was until the person has answered the browser.
            event.currentTarget.checked = isOn
            void change(checked)
          }}
        />
        {t.title}
      </label>
      <p class="field-hint" id="notifications-hint">
        {isMissing ? t.missing : t.hint}
      </p>
      <p class="field-error" id="notifications-problem" aria-live="polite">
        {refused ? t.refused : null}
      </p>
    </div>
  )
}
