/** "Is it me or them?" in plain words, and the figures behind it. */
import { useEffect, useState } from 'preact/hooks'
import { formatCount } from '../amount.ts'
import type { Diagnosis } from '../api.ts'
import { Sign } from '../sign.tsx'
import { network } from '../text/en/network.ts'
import { formatAge } from '../time.ts'
import type { Screen } from '../use-screen.ts'
import { diagnose, type Finding } from './findings.ts'
import { Pair } from './pair.tsx'

const FIRST_SLOT_MS = 1_000
const signs = { good: 'done', note: 'waiting', warning: 'warning', bad: 'failed' } as const

export function DiagnosisPanel({ screen, nowMs }: { readonly screen: Screen; readonly nowMs: number }) {
  const t = network.t.diagnosis
  const { api, view, parameters } = screen
  const diagnosis = api.diagnosis()
  const { relayOnly } = api.connectionSettings()
  const findings = diagnose({ diagnosis, view, relayOnly, slotMs: parameters?.slot ?? FIRST_SLOT_MS, sleptMs: useSlept() })
  return (
    <section class="card" aria-labelledby="diagnosis-title">
      <h2 id="diagnosis-title">{t.title}</h2>
      <div role="status">
        <ul class="findings">
          {findings.map((finding) => (
            <FindingItem key={finding.id} finding={finding} />
          ))}
        </ul>
      </div>
      <Figures diagnosis={diagnosis} nowMs={nowMs} />
    </section>
  )
}

function FindingItem({ finding }: { readonly finding: Finding }) {
  const t = network.t.diagnosis
  const { id, level, where, values } = finding
  const { what, todo } = t.findings[id]
  return (
    <li class={`finding finding-${level}`}>
      <Sign name={signs[level]} />
      <div>
        <p>
          <b>{where === 'nowhere' ? t.levels[level] : `${t.levels[level]} · ${t.wheres[where]}`}</b>
        </p>
        <p>{what(values)}</p>
        <p class="quiet">{todo(values)}</p>
      </div>
    </li>
  )
}

function Figures({ diagnosis, nowMs }: { readonly diagnosis: Diagnosis; readonly nowMs: number }) {
  const t = network.t.diagnosis
  const { servers, attempts, candidates, traffic } = diagnosis
  return (
    <dl class="pairs">
      <Pair term={t.servers}>
        {servers.length === 0 ? t.noServers : null}
        <ul>
          {servers.map(({ address, state, sinceMs, detail }) => (
            <li key={address}>
              <code>{address}</code>: {t.states[state]}, {t.since(formatAge(nowMs - sinceMs))}
              {detail === '' ? null : <span class="quiet"> ({detail})</span>}
            </li>
          ))}
        </ul>
      </Pair>
      <Pair term={t.attempts}>{t.attemptWords(attempts)}</Pair>
      <Pair term={t.candidates}>{t.candidateWords(candidates.host, candidates.srflx, candidates.relay)}</Pair>
      <Pair term={t.traffic}>
        {t.trafficWords({
          sent: formatCount(traffic.sent),
          sentSize: sizeWords(traffic.sentBytes),
          received: formatCount(traffic.received),
          receivedSize: sizeWords(traffic.receivedBytes),
        })}
      </Pair>
    </dl>
  )
}

function sizeWords(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${formatCount(Math.round(bytes / 1_000_000))} MB`
}

/** A timer of a second that comes so late tells that the browser let the tab sleep; timers of hidden tabs may come once a minute. */
const ASLEEP_MS = 70_000
/** How long that is worth a word. */
const RECENT_MS = 60_000

/** How long the tab slept, ms, for a minute after it; else 0. */
function useSlept(): number {
  const [slept, setSlept] = useState({ ms: 0, untilMs: 0 })
  useEffect(() => {
    let lastMs = Date.now()
    const timer = setInterval(() => {
      const nowMs = Date.now()
      if (nowMs - lastMs > ASLEEP_MS) setSlept({ ms: nowMs - lastMs, untilMs: nowMs })
      lastMs = nowMs
    }, 1_000)
    return () => clearInterval(timer)
  }, [])
  return Date.now() - slept.untilMs < RECENT_MS ? slept.ms : 0
}
