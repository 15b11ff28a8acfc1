/**
 * The published temporal methods under the names of the benchmark, at the settings its tables were made with.
 */
import { bayes } from './bayes.ts'
import { cdc } from './cdc.ts'
import { cusum } from './cusum.ts'
import { essence } from './essence.ts'
import { glr } from './glr.ts'
import type { Method } from './method.ts'
import { outbreakP } from './outbreak-p.ts'
import { periodicGlm } from './periodic-glm.ts'
import { REFERENCE_WINDOWS } from './reference-counts.ts'
import { rki } from './rki.ts'

export const REFERENCE_METHODS: readonly Method[] = [
  method('rki1', 'RKI 1: confidence limit of the mean of the last 6 periods (Höhle 2007)', (input) => rki(input, REFERENCE_WINDOWS[1])),
  method('rki2', 'RKI 2: as RKI 1, with 13 periods of a year ago', (input) => rki(input, REFERENCE_WINDOWS[2])),
  method('rki3', 'RKI 3: 9 periods of each of the last 2 years', (input) => rki(input, REFERENCE_WINDOWS[3])),
  method('bayes1', 'Bayes 1: 95 % predictive quantile from the last 6 periods (Höhle 2007)', (input) => bayes(input, REFERENCE_WINDOWS[1])),
  method('bayes2', 'Bayes 2: as Bayes 1, with 13 periods of a year ago', (input) => bayes(input, REFERENCE_WINDOWS[2])),
  method('bayes3', 'Bayes 3: 9 periods of each of the last 2 years', (input) => bayes(input, REFERENCE_WINDOWS[3])),
  method('cusum', 'CUSUM of standardised counts, k 1.04, h 2.26, against the mean before (Rossi 1999)', (input) => cusum(input)),
  method('cusum_rossi', 'CUSUM with Rossi\'s transform', (input) => cusum(input, { transform: 'rossi' })),
  method('cusum_glm', 'CUSUM against a seasonal Poisson regression', (input) => cusum(input, { reference: 'glm' })),
  method('cusum_glm_rossi', 'CUSUM with Rossi\'s transform against a seasonal Poisson regression', (input) => cusum(input, { transform: 'rossi', reference: 'glm' })),
  method('glrnb', 'GLR, negative binomial, seasonal mean, threshold 5 (Höhle & Paul 2008)', (input) => glr(input, { trend: false })),
  method('glrnb_trend', 'GLR, negative binomial, seasonal mean with trend', (input) => glr(input)),
  method('glrpois', 'GLR, Poisson, seasonal mean', (input) => glr(input, { size: Infinity, trend: false })),
  method('outbreakP', 'outbreakP: rising against constant level, threshold 100 (Frisén 2009)', (input) => outbreakP(input)),
  method('cdc', 'CDC: 4 weeks against the same ones of up to 5 years (Stroup 1989)', (input) => cdc(input)),
  method('periodic_poisson_glm', 'Poisson regression with one harmonic and trend, 99 % quantile (Bédubourg 2017)', (input) => periodicGlm(input, { family: 'poisson' })),
  method('periodic_nb_glm', 'negative-binomial regression with one harmonic and trend, 99 % quantile (Bédubourg 2017)', (input) => periodicGlm(input, { refit: input.period === 'day' ? 28 : 4 })),
  method('nb_glm_dow', 'negative-binomial regression with weekday, holiday, season and trend, 99.5 % quantile', (input) => (
    periodicGlm(input, { harmonics: 2, weekdays: true, alpha: 0.005, refit: input.period === 'day' ? 28 : 4 }))),
  method('essence', 'ESSENCE: regression on weekday and trend of 4 weeks, or EWMA where it explains little (Elbert & Burkom 2009)', (input) => essence(input)),
]

function method(name: string, about: string, judge: Method['judge']): Method {
  return { name, about, scored: true, judge }
}
