/**
 * All prose of the product in both languages. Other layers pass keys and numbers; a missing key is a defect that
 * tests/meta finds. `{name}` in a text is replaced by the parameter of that name.
 */
import type { Locale } from './config.ts'
import { cliTexts } from './texts/cli.ts'
import { cliHelpTexts } from './texts/cli-help.ts'
import { errorTexts } from './texts/errors.ts'
import { eventsTexts } from './texts/events.ts'
import { importTexts } from './texts/import.ts'
import { issuesTexts } from './texts/issues.ts'
import { topicsTexts } from './texts/topics.ts'
import { alertsTexts } from './texts/alerts.ts'
import { appealsTexts } from './texts/appeals.ts'
import { reportTexts } from './texts/report.ts'
import { demoTexts } from './texts/demo.ts'
import { evaluateTexts } from './texts/evaluate.ts'
import { detectTexts } from './texts/detect.ts'
import { scanTexts } from './texts/scan.ts'
import { scoreTexts } from './texts/score.ts'
import { explainTexts } from './texts/explain.ts'
import { replayTexts } from './texts/replay.ts'
import { rulesTexts } from './texts/rules.ts'
import { clocksTexts } from './texts/clocks.ts'
import { covariatesTexts } from './texts/covariates.ts'
import { forecastTexts } from './texts/forecast.ts'
import { learningTexts } from './texts/learning.ts'
import { seasonTexts } from './texts/season.ts'
import { inboxTexts } from './texts/inbox.ts'
import { supervisionTexts } from './texts/supervision.ts'
import { lifeTexts } from './texts/life.ts'
import { lifeCliTexts } from './texts/life-cli.ts'
import { deliveryTexts } from './texts/delivery.ts'
import { subscriptionsTexts } from './texts/subscriptions.ts'
import { routingTexts } from './texts/routing.ts'
import { reportsTexts } from './texts/reports.ts'
import { serviceTexts } from './texts/service.ts'
import { wordsTexts } from './texts/words.ts'
import { open311Texts } from './texts/open311.ts'
import { operationsTexts } from './texts/operations.ts'
import { adminTexts } from './texts/admin.ts'
import { apiTexts } from './texts/api.ts'
import { placesTexts } from './texts/places.ts'
import { registersTexts } from './texts/registers.ts'
import { webTexts } from './texts/web.ts'
import { accountsTexts } from './texts/accounts.ts'

/** One area's texts: key → [zh, en]. */
export type TextTable = Readonly<Record<string, readonly [zh: string, en: string]>>

export const TEXTS = { ...cliTexts, ...cliHelpTexts, ...errorTexts, ...importTexts, ...alertsTexts, ...issuesTexts, ...topicsTexts, ...eventsTexts, ...reportTexts, ...demoTexts, ...evaluateTexts, ...detectTexts, ...scanTexts, ...scoreTexts, ...explainTexts, ...replayTexts, ...rulesTexts, ...covariatesTexts, ...clocksTexts, ...forecastTexts, ...learningTexts, ...seasonTexts, ...lifeTexts, ...lifeCliTexts, ...deliveryTexts, ...subscriptionsTexts, ...routingTexts, ...serviceTexts, ...inboxTexts, ...supervisionTexts, ...reportsTexts, ...webTexts, ...accountsTexts, ...open311Texts, ...operationsTexts, ...adminTexts, ...wordsTexts, ...apiTexts, ...placesTexts, ...registersTexts, ...appealsTexts } as const satisfies TextTable

export type TextKey = keyof typeof TEXTS

/** @param params whole numbers are written with the locale's grouping; other values as they are */
export function t(locale: Locale, key: TextKey, params: Readonly<Record<string, string | number>> = {}): string {
  const text = TEXTS[key][locale === 'zh' ? 0 : 1] as string
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name]
    if (value === undefined) return whole
    return typeof value === 'number' ? formatNumber(locale, value) : value
  })
}

/** Grouped, at most two decimals below 10, one below 100, none above. */
export function formatNumber(locale: Locale, value: number): string {
  const digits = Number.isInteger(value) ? 0 : Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0
  const key = `${locale}${digits}`
  let format = FORMATS.get(key)
  if (!format) FORMATS.set(key, format = new Intl.NumberFormat(locale === 'zh' ? 'zh-CN' : 'en', { maximumFractionDigits: digits }))
  return format.format(value)
}

/** Made once: making one costs a tenth of a millisecond. */
const FORMATS = new Map<string, Intl.NumberFormat>()
