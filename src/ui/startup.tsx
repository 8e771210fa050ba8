/** Joining, step by step, and what to do when it fails. */
import type { Startup, StartupStep } from './api.ts'
import { Sign } from './sign.tsx'
import { startup as texts } from './text/en/startup.ts'
import './style/startup.css'

export function StartupPanel({ startup, notice }: { readonly startup: Startup; readonly notice: string }) {
  return (
    <section class="startup card" data-testid="startup" aria-labelledby="startup-title">
      {startup.problem === '' ? (
        <>
          <h2 id="startup-title">{texts.t.title}</h2>
          <p class="lead">{texts.t.lead}</p>
          <p class="lead">
            {texts.t.limits} <a href="#/about">{texts.t.more}</a>
          </p>
        </>
      ) : (
        <Problem text={startup.problem} />
      )}
      <ol class="steps">
        {startup.steps.map((step) => (
          <Step key={step.id} step={step} />
        ))}
      </ol>
      {notice === '' ? null : <Notice text={notice} />}
    </section>
  )
}

function Problem({ text }: { readonly text: string }) {
  return (
    <div class="problem" role="alert">
      <h2 id="startup-title">
        <Sign name="failed" /> {texts.t.cannotJoin}
      </h2>
      <p class="problem-text">{text}</p>
      <button type="button" class="button" onClick={() => location.reload()}>
        {texts.t.again}
      </button>
    </div>
  )
}

function Step({ step }: { readonly step: StartupStep }) {
  const { t } = texts
  const { state, detail, progress } = step
  const label = t.steps[step.id]
  return (
    <li class={`step step-${state}`} aria-current={state === 'running' ? 'step' : undefined}>
      <span class="step-sign">{state === 'running' ? <span class="spinner" aria-hidden="true" /> : <Sign name={state} />}</span>
      <span class="step-label">{label}</span>
      <span class="step-state">{t.states[state]}</span>
      {detail === '' ? null : <span class="step-detail">{detail}</span>}
      {state === 'running' && progress !== undefined ? (
        <progress class="step-progress" max={1} value={progress} aria-label={t.progress(label)} />
      ) : null}
    </li>
  )
}

/** Something that only the person can say; the market does not wait for it. */
export function Question({ question }: { readonly question: Startup['question'] }) {
  return question === null ? null : (
    <section class="notice question" data-testid="question" role="alert">
      <Sign name="warning" /> <p>{question.text}</p>
      <span class="question-answers">
        <button type="button" class="button button-small" onClick={question.yes}>
          {texts.t.use}
        </button>
        <button type="button" class="button button-small" onClick={question.no}>
          {texts.t.doNotUse}
        </button>
      </span>
    </section>
  )
}

/** Something to know that stops nothing. */
export function Notice({ text }: { readonly text: string }) {
  return (
    <p class="notice" role="status">
      <Sign name="warning" /> <span>{text}</span>
    </p>
  )
}
