/** What the person may choose for this screen. */
import { Field } from '../field.tsx'
import { NotificationSwitch } from '../notification-switch.tsx'
import { changeSettings, currentSettings, type Settings } from '../state/settings.ts'
import { settings as texts } from '../text/en/settings.ts'
import { shortcuts } from '../text/en/shortcuts.ts'
import { languageNames } from '../text/language.ts'

export function SettingsPage() {
  const { t } = texts
  const { language, scheme } = currentSettings()
  return (
    <section class="card form settings" aria-labelledby="settings-title">
      <h2 id="settings-title">{t.title}</h2>
      <Field form="settings" name="language" label={t.language} hint={t.languageHint} error={undefined}>
        {(control) => (
          <select
            {...control}
            value={language}
            onChange={(event) => choose({ language: event.currentTarget.value as Settings['language'] })}
          >
            <option value="auto">{t.languageAuto}</option>
            {Object.entries(languageNames).map(([code, name]) => (
              <option key={code} value={code} lang={code}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field form="settings" name="scheme" label={t.scheme} error={undefined}>
        {(control) => (
          <select {...control} value={scheme} onChange={(event) => choose({ scheme: event.currentTarget.value as Settings['scheme'] })}>
            {Object.entries(t.schemes).map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <NotificationSwitch />
      <div class="field">
        <label class="switch">
          <input
            type="checkbox"
            name="shortcuts"
            checked={currentSettings().shortcuts}
            onChange={(event) => choose({ shortcuts: event.currentTarget.checked })}
          />
          {shortcuts.t.choice}
        </label>
        <p class="field-hint">{shortcuts.t.choiceHint}</p>
      </div>
      <p class="quiet">{t.kept}</p>
    </section>
  )
}

function choose(part: Partial<Settings>): void {
  void changeSettings(part)
}
