/** The lab: the very peers of this market, simulated in this tab, with brokers that misbehave. */
import { useState } from 'preact/hooks'
import { Sign } from '../sign.tsx'
import { lab as texts } from '../text/en/lab.ts'
import { Chart } from './chart.tsx'
import type { LabApi } from './lab-api.ts'
import { changed, FIRST_FIELDS, type LabFields } from './lab-fields.ts'
import { LabForm } from './lab-form.tsx'
import { Progress } from './progress.tsx'
import { Ring } from './ring.tsx'
import { RunsTable } from './runs-table.tsx'
import { type Lab, type Runs, useLab } from './use-lab.ts'
import './lab.css'

export function LabPage({ api, runs }: { readonly api: LabApi; readonly runs: Runs }) {
  const { t } = texts
  const lab = useLab(api, runs)
  const [fields, setFields] = useState<LabFields>(FIRST_FIELDS)
  const change = (part: Partial<LabFields>) => setFields((before) => changed(before, part))
  return (
    <main class="page page-lab" data-testid="lab" data-stage={lab.stage}>
      <header class="lab-head">
        <a class="lab-back" href="#/">
          <Sign name="back" /> {t.back}
        </a>
        <h2>{t.title}</h2>
        <p class="lead">{t.lead}</p>
      </header>
      <LabForm fields={fields} change={change} lab={lab} />
      <div class="lab-results">
        <Progress lab={lab} runs={runs.list} />
        <div class="lab-pictures">
          <Ring lab={lab} />
          <Chart fields={fields} current={pointOf(lab)} runs={runs.list} />
        </div>
        <RunsTable runs={runs.list} />
      </div>
    </main>
  )
}

/** The point that is being measured; null when none is. */
function pointOf({ stage, settings, report }: Lab) {
  return stage === 'running' && settings !== null && report !== null ? { settings, state: report.state } : null
}
