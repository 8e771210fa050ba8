/** The key that this tab is, its copies, and the data that belongs to it. */
import { BackupForm } from '../identity/backup-form.tsx'
import { KeySection } from '../identity/key-section.tsx'
import { RestoreForm } from '../identity/restore-form.tsx'
import { StorageSection } from '../identity/storage-section.tsx'
import { WipeForm } from '../identity/wipe-form.tsx'
import type { Screen } from '../use-screen.ts'
import '../style/identity.css'

export function IdentityPage({ screen }: { readonly screen: Screen }) {
  const { api, view } = screen
  return (
    <div class="identity">
      <KeySection screen={screen} />
      {view === null ? null : (
        <>
          <StorageSection api={api} />
          <BackupForm api={api} />
          <RestoreForm api={api} />
          <WipeForm screen={screen} />
        </>
      )}
    </div>
  )
}
