/**
 * Plants the episodes of a city: each kind in its own number, spread over the time, the last ones under way at the end.
 */
import type { Day } from '../../core/days.ts'
import type { Rng } from '../../core/rng.ts'
import { planHeating, planHousing, planSeedCase, planSmell } from './episode-places.ts'
import { planCampaign, planColdWave, planStorm, planSweep } from './episode-crowds.ts'
import { SITE_EPISODES, SMALL_VOICES } from './episode-kinds.ts'
import type { SiteEpisode } from './episode-kinds.ts'
import { closePlan, createCallers, planTicket, schedule, takeSite } from './episode-plan.ts'
import type { DemoLabel, Episode, PlanContext } from './episode-plan.ts'
import type { Draft } from './ticket-row.ts'
import { drawVoice, readVoices } from './voices.ts'

export function plantEpisodes(context: PlanContext, rng: Rng): { byDay: Map<Day, Draft[]>, labels: DemoLabel[] } {
  const { params, weather } = context
  const episodes: Episode[] = []
  const repeat = (name: string, count: number, plan: (i: number, random: Rng) => Episode): void => {
    for (let i = 0; i < count; i++) episodes.push(plan(i, rng.fork(`${name}/${i}`)))
  }
  if (params.seedCase) episodes.push(planSeedCase(context, rng.fork('seed-case')))
  const otherProjects = Math.max(0, params.housing - params.seedCase)
  repeat('housing', otherProjects, (i, random) => {
    const days = 90 + random.below(90)
    return planHousing(context, i, drawStart(context, i, otherProjects, days, ALWAYS, random), random)
  })
  for (const spec of SITE_EPISODES) {
    const count = params[spec.kind]
    repeat(spec.kind, count, (i, random) => {
      const isRecent = i >= count - Math.min(spec.recent, Math.ceil(count / 4))
      const start = isRecent ? context.until - between(spec.recentDays, random) : drawStart(context, i, count, spec.days[1], spec.months, random)
      return planSite(context, spec, i, start, random)
    })
  }
  const snaps = weather.coldSnaps.filter((snap) => snap.day >= context.from + params.warmUpDays)
  const severe = snaps.slice(0, -1).sort((a, b) => b.depth - a.depth || a.day - b.day).slice(0, params.coldWaves).sort((a, b) => a.day - b.day)
  const mild = snaps.filter((snap) => !severe.includes(snap))
  repeat('cold_wave', severe.length, (i, random) => planColdWave(context, i, severe[i]!.day, random))
  repeat('heating', mild.length ? params.heating : 0, (i, random) => {
    const snap = i === params.heating - 1 ? mild.at(-1)! : mild[Math.floor((i * mild.length) / params.heating)]!
    return planHeating(context, i, snap.day + random.below(2), random)
  })
  const storms = weather.stormDays.filter((day) => day >= context.from + params.warmUpDays)
  repeat('storm', Math.min(params.storms, storms.length), (i, random) =>
    planStorm(context, i, storms[Math.floor(((i + 0.5) * storms.length) / Math.min(params.storms, storms.length))]!, random))
  repeat('smell', params.smell, (i, random) => {
    const start = i === params.smell - 1 ? context.until - 9 - random.below(4) : drawStart(context, i, params.smell, 22, SMELL_MONTHS, random)
    return planSmell(context, i, start, random)
  })
  repeat('sweep', params.sweeps, (i, random) =>
    planSweep(context, i, i === params.sweeps - 1 ? context.until - 2 - random.below(4) : drawStart(context, i, params.sweeps, 1, ALWAYS, random), random))
  repeat('campaign', params.campaigns, (i, random) =>
    planCampaign(context, i, i === params.campaigns - 1 ? context.until - 18 - random.below(6) : drawStart(context, i, params.campaigns, 40, ALWAYS, random), random))
  return closePlan(context, episodes)
}

const ALWAYS: readonly number[] = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
const SMELL_MONTHS: readonly number[] = [0.3, 0.3, 0.6, 0.8, 1, 1, 1, 1, 1, 0.8, 0.5, 0.3]

/** A start in part i of n of the time, so that the whole episode fits; a month of small chance is left for another day. */
function drawStart({ from, until, params }: PlanContext, i: number, n: number, days: number, months: readonly number[], rng: Rng): Day {
  const first = from + params.warmUpDays
  const room = Math.max(1, until - days - first)
  for (let attempt = 0; ; attempt++) {
    const position = attempt < 4 ? (i + rng.next()) / n : rng.next()
    const day = first + Math.floor(position * room)
    if (attempt > 30 || rng.next() < months[new Date(day * 86400000).getUTCMonth()]!) return day
  }
}

function planSite(context: PlanContext, spec: SiteEpisode, i: number, start: Day, rng: Rng): Episode {
  const { map } = context
  const main = takeSite(context, spec.site, rng)
  const sites = [main]
  if (rng.next() < spec.neighbours) for (let k = 0; k < 2; k++) sites.push(takeSite(context, spec.site, rng, map.sites[main]!.street))
  const voices = readVoices(context.tree, spec.kind === 'small' ? [SMALL_VOICES[(i * 5 + rng.below(SMALL_VOICES.length)) % SMALL_VOICES.length]!] : spec.voices)
  const total = between(spec.total, rng)
  const days = spec.days[0] + rng.next() * (spec.days[1] - spec.days[0])
  const onsetDays = spec.onsetDays[0] + rng.next() * (spec.onsetDays[1] - spec.onsetDays[0])
  const callers = createCallers(spec.onset, spec.repeatShare, rng)
  const tickets = schedule(total, spec.onset, onsetDays, days, spec.growth, rng).map((time, k) => {
    const site = k < spec.onset || rng.next() < 0.6 ? main : sites[rng.below(sites.length)]!
    return planTicket({ day: start + Math.floor(time), site, hours: spec.hours, caller: callers(), ...drawVoice(voices, rng) }, rng)
  })
  return { kind: spec.kind, id: `${spec.kind}-${String(i + 1).padStart(2, '0')}`, shouldAlert: true, places: sites.map((site) => map.sites[site]!.place.path), tickets }
}

export function between([low, high]: readonly [number, number], rng: Rng): number {
  return low + rng.below(high - low + 1)
}
