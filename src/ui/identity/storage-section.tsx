import { useEffect, useState } from 'preact/hooks'
import type { ScreenApi, StorageReport } from '../api.ts'
import { Notice } from '../startup.tsx'
import { identity } from '../text/en/identity.ts'
import { bytesText } from './bytes-text.ts'

/** How much of this device the data takes, and whether the browser may remove it. */
export function StorageSection({ api }: { readonly api: ScreenApi }) {
  const t = identity.t.storage
  const [report, setReport] = useState<StorageReport | null>(null)
  const [refused, setRefused] = useState(false)
  const read = () =>
    api.storage().then(
      (now) => setReport(now),
      () => setReport(null),
    )
  useEffect(() => {
    read()
  }, [api])
  const persist = async () => {
    setRefused(!(await api.persistStorage()))
    await read()
  }
  return report === null ? null : (
    <section class="card form" aria-labelledby="storage-title">
      <h2 id="storage-title">{t.title}</h2>
      {report.memoryOnly ? <Notice text={t.memoryOnly} /> : <Space report={report} />}
      {report.memoryOnly ? null : (
        <div class="form-foot">
          <p role="status">{report.persisted ? t.persisted : t.notPersisted}</p>
          {report.persisted ? null : (
            <button type="button" class="button" onClick={persist}>
              {t.persist}
            </button>
          )}
        </div>
      )}
      {refused ? <Notice text={t.refused} /> : null}
    </section>
  )
}

function Space({ report: { usedBytes, quotaBytes } }: { readonly report: StorageReport }) {
  const t = identity.t.storage
  if (usedBytes === null || quotaBytes === null || quotaBytes === 0) return <p>{t.unknown}</p>
  return (
    <div class="storage-space">
      <meter min={0} max={quotaBytes} value={usedBytes} aria-label={t.meter} />
      <p>{t.used(bytesText(usedBytes), bytesText(quotaBytes))}</p>
    </div>
  )
}
