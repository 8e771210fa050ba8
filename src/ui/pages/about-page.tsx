/** What this is, for someone who has never heard of it, and what it does not do. */
import { about } from '../text/en/about.ts'
import '../style/about.css'

export function AboutPage() {
  const { t } = about
  return (
    <article class="card about">
      <h2>{t.title}</h2>
      <p class="lead">{t.lead}</p>
      <h3>{t.how}</h3>
      <ol>
        {t.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <h3>{t.limits}</h3>
      <ul>
        {t.limitList.map((limit) => (
          <li key={limit}>{limit}</li>
        ))}
      </ul>
      <h3>{t.terms}</h3>
      <dl>
        {t.termList.map(([term, meaning]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </article>
  )
}
