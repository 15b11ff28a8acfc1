/**
 * How the night was judged in plain words, what it cannot tell, and with which parameters.
 */
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import type { ReportFacts } from './facts.ts'
import { html } from './html.ts'
import type { Content, Markup } from './html.ts'
import { named } from './words.ts'

export function methodSection(locale: Locale, { settings }: ReportFacts): Markup {
  const parameters: [string, Content][] = [
    [t(locale, 'report.method.param.recurrence'), t(locale, 'report.method.days', { n: settings.recurrenceDays })],
    [t(locale, 'report.method.param.callers'), t(locale, 'report.method.people', { n: settings.minCallers })],
    [t(locale, 'report.method.param.quiet'), t(locale, 'report.method.nights', { n: settings.quietNights })],
    [t(locale, 'report.method.param.budget'), t(locale, 'report.method.alerts', { n: settings.alertBudgetPerUnitWeek })],
    [t(locale, 'report.method.param.cutoff'), `${String(Math.floor(settings.cutoffHours)).padStart(2, '0')}:${String(Math.round(settings.cutoffHours % 1 * 60)).padStart(2, '0')}`],
    [t(locale, 'report.method.param.hotline'), named(locale, settings.hotlineUnit)],
  ]
  return html`<section id="method"><h2>${t(locale, 'report.method')}</h2>
<div class="prose"><p>${t(locale, 'report.method.p1')}</p><p>${t(locale, 'report.method.p2')}</p><p>${t(locale, 'report.method.p3')}</p></div>
<h3>${t(locale, 'report.method.limits')}</h3>
<ul class="prose"><li>${t(locale, 'report.method.limit1')}</li><li>${t(locale, 'report.method.limit2', { days: settings.recurrenceDays })}</li><li>${t(locale, 'report.method.limit3')}</li><li>${t(locale, 'report.method.limit4')}</li></ul>
<h3>${t(locale, 'report.method.glossary')}</h3><p class="prose">${t(locale, 'report.method.glossary_text')}</p>
<h3>${t(locale, 'report.method.parameters')}</h3><dl class="pairs wide-names">${parameters.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</section>`
}
