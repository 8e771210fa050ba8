/** The link that brings somebody here, for copying and for a camera. */
import { useEffect, useState } from 'preact/hooks'
import { CopyButton } from './copy-button.tsx'
import { invite } from './text/en/startup.ts'
import './style/invite.css'

/** What a tab shows that has found nobody. */
export function Alone({ link }: { readonly link: string }) {
  const { t } = invite
  return (
    <section class="card invite" aria-labelledby="alone-title">
      <h2 id="alone-title">{t.alone}</h2>
      <p class="plain-words">{t.aloneText}</p>
      <div class="share">
        <label for="invite-link">{t.label}</label>
        <input id="invite-link" name="inviteLink" type="text" readOnly value={link} onFocus={(event) => event.currentTarget.select()} />
        <CopyButton text={link} label={t.copy} fieldId="invite-link" />
      </div>
      <QrCode text={link} />
    </section>
  )
}

/** Dark modules on a light ground in either scheme, as cameras want it. */
function QrCode({ text }: { readonly text: string }) {
  const [code, setCode] = useState<{ readonly size: number; readonly path: string } | null>(null)
  useEffect(() => {
    let current = true
    // Without it the link is still there to copy.
    import('./qr.ts').then(
      ({ qrOf }) => current && setCode(qrOf(text)),
      () => {},
    )
    return () => {
      current = false
    }
  }, [text])
  if (code === null) return null
  return (
    <svg class="qr" viewBox={`0 0 ${code.size} ${code.size}`} role="img" aria-label={invite.t.qr}>
      <rect width={code.size} height={code.size} class="qr-ground" />
      <path d={code.path} class="qr-dark" />
    </svg>
  )
}
