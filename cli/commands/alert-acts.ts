/**
 * `weisu alerts sign`, `verify`, … : what people do with an alert, one command an act, and the timeline of what they did.
 */
import { writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { InvalidOptionError } from '../../core/errors.ts'
import { t } from '../../core/texts.ts'
import type { TextKey } from '../../core/texts.ts'
import type { Acted } from '../../pipelines/alert-life/act.ts'
import type { ActDetail } from '../../pipelines/alert-life/fold.ts'
import { FINDINGS, PARTY_KINDS, ROLES, RUNGS } from '../../pipelines/alert-state.ts'
import type { Act, Role } from '../../pipelines/alert-state.ts'
import type { Db } from '../../sql/db.ts'
import { addCommand, dayOption, option, outOption, wholeOption, wordOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { printActed, printLife, printOutcomes } from '../life-view.ts'
import type { Session } from '../session.ts'
import { shownNight } from '../shown-night.ts'
import { withStore } from '../store.ts'

/** Flags of every act, then those of some. */
interface ActOptions {
  by: string, unit: string, role: Role, why?: string, ifVersion?: number, on?: string
  finding?: string, decision?: keyof typeof DECISIONS, days?: '30' | '90', to?: string, from?: string, ask?: boolean, keep?: boolean, until?: string, level?: string, kind?: string
  text?: string, due?: string, for?: string, lead?: string, member?: string[], party?: string, kept?: boolean, broken?: boolean, present?: string[], held?: string, steps?: string
}

/** What 复核 decides. */
const DECISIONS = { take: 'take_review', 'strike-off': 'strike_off', return: 'refuse_strike_off', book: 'keep_on_book' } as const satisfies Record<string, Act>
const LEVEL_WORDS = ['blue', 'yellow', 'orange'] as const

interface ActCommand {
  group?: string
  name: string
  example: string
  act: Act | ((options: ActOptions) => Act)
  flags?: readonly Flag[]
  /** Arguments besides the alert's id. */
  more?: readonly string[]
  detail?: (options: ActOptions, more: string[], session: Session) => ActDetail | Promise<ActDetail>
}

/** A flag by its name in the texts; `word` limits its value. */
type Flag = readonly [flags: string, key: string, how?: 'any' | 'day' | 'many' | readonly string[], mandatory?: 'mandatory']

const COMMANDS: readonly ActCommand[] = [
  { name: 'sign', example: 'weisu alerts sign ID --by Li --unit Heating --role unit_liaison', act: 'sign' },
  {
    name: 'verify', example: 'weisu alerts verify ID --finding true --why "boiler is cold" --by Li --unit Heating --role unit_liaison', act: 'verify',
    flags: [['--finding <finding>', 'finding', FINDINGS, 'mandatory']], detail: ({ finding }) => ({ finding: finding as NonNullable<ActDetail['finding']> }),
  },
  { name: 'start', example: 'weisu alerts start ID --by Li --unit Heating --role unit_liaison', act: 'start' },
  { name: 'feedback', example: 'weisu alerts feedback ID --why "two of three boilers run" --by Li --unit Heating --role unit_liaison', act: 'feedback' },
  { name: 'comment', example: 'weisu alerts comment ID --why "see the street\'s photos" --by Wang --unit Hotline --role analyst', act: 'comment' },
  { name: 'apply-close', example: 'weisu alerts apply-close ID --why "boiler replaced, all flats warm" --by Li --unit Heating --role unit_liaison', act: 'request_strike_off' },
  {
    name: 'review-close', example: 'weisu alerts review-close ID --decision strike-off --why "seen on the spot" --by Wang --unit Hotline --role supervisor',
    act: ({ decision }) => DECISIONS[decision!], flags: [['--decision <decision>', 'decision', Object.keys(DECISIONS), 'mandatory']],
  },
  { name: 'suspend', example: 'weisu alerts suspend ID --why "waits for next year\'s budget" --by Wang --unit Hotline --role supervisor', act: 'keep_on_book' },
  { name: 'resume', example: 'weisu alerts resume ID --by Li --unit Heating --role unit_liaison', act: 'resume' },
  {
    name: 'look-back', example: 'weisu alerts look-back ID --days 30 --why "called back ten residents" --by Wang --unit Hotline --role supervisor',
    act: ({ days }) => days === '90' ? 'look_back_90' : 'look_back_30', flags: [['--days <days>', 'days', ['30', '90'], 'mandatory']],
  },
  { name: 'reopen', example: 'weisu alerts reopen ID --why "cold again" --by Wang --unit Hotline --role supervisor', act: 'reopen' },
  { name: 'dismiss', example: 'weisu alerts dismiss ID --why "annual maintenance" --by Wang --unit Hotline --role analyst', act: 'dismiss' },
  {
    name: 'reassign', example: 'weisu alerts reassign ID --to Roads --why "their pipe" --by Wang --unit Hotline --role analyst',
    act: ({ ask, keep }) => ask ? 'request_reassign' : keep ? 'refuse_reassign' : 'reassign',
    flags: [['--to <unit>', 'to'], ['--from <unit>', 'from'], ['--ask', 'ask'], ['--keep', 'keep']],
    detail: ({ to, from, ask, keep }) => {
      if ([to !== undefined, ask === true, keep === true].filter(Boolean).length !== 1) throw new InvalidOptionError('alerts reassign', '', '--to UNIT, --ask or --keep')
      return { ...(to === undefined ? {} : { unit: to }), ...(from === undefined ? {} : { from }) }
    },
  },
  {
    name: 'escalate', example: 'weisu alerts escalate ID --to district --why "no plan in time" --by Wang --unit Hotline --role supervisor', act: 'escalate',
    flags: [['--to <rung>', 'rung', RUNGS, 'mandatory']], detail: ({ to }) => ({ rung: to as NonNullable<ActDetail['rung']> }),
  },
  {
    name: 'lower', example: 'weisu alerts lower ID --level yellow --why "quiet for ten nights" --by Wang --unit Hotline --role analyst', act: 'lower_level',
    flags: [['--level <level>', 'level', LEVEL_WORDS, 'mandatory']], detail: ({ level }) => ({ level: level! }),
  },
  {
    name: 'snooze', example: 'weisu alerts snooze ID --until 2026-12-20 --why "repair ordered" --by Wang --unit Hotline --role analyst', act: 'snooze',
    flags: [['--until <date>', 'until', 'day', 'mandatory']], detail: ({ until }) => ({ until: until! }),
  },
  { name: 'wake', example: 'weisu alerts wake ID --by Wang --unit Hotline --role analyst', act: 'wake' },
  {
    name: 'merge', example: 'weisu alerts merge ID OTHER --why "the same boiler" --by Wang --unit Hotline --role analyst', act: 'merge', more: ['<into>'],
    detail: (_, [into]) => ({ into: into! }),
  },
  { name: 'split', example: 'weisu alerts split ID --why "two boilers after all" --by Wang --unit Hotline --role analyst', act: 'split' },
  { name: 'remind', example: 'weisu alerts remind ID --why "no word since Monday" --by Wang --unit Hotline --role supervisor', act: 'remind' },
  {
    name: 'add-unit', example: 'weisu alerts add-unit ID Water --why "water main nearby" --by Wang --unit Hotline --role analyst', act: 'add_unit', more: ['<unit>'],
    flags: [['--kind <kind>', 'kind', PARTY_KINDS.filter((kind) => kind !== 'lead')]], detail: ({ kind }, [unit]) => ({ unit: unit!, kind: (kind ?? 'co') as NonNullable<ActDetail['kind']> }),
  },
  {
    group: 'task', name: 'add', example: 'weisu alerts task add ID "open the road" --for Roads --due 2026-12-01 --by Li --unit Heating --role unit_liaison', act: 'add_task', more: ['<text>'],
    flags: [['--for <unit>', 'for', 'any', 'mandatory'], ['--due <date>', 'due', 'day']],
    detail: ({ for: unit, due }, [text]) => ({ unit: unit!, text: text!, ...(due === undefined ? {} : { due }) }),
  },
  { group: 'task', name: 'accept', example: 'weisu alerts task accept ID 4 --by Chen --unit Roads --role unit_liaison', act: 'accept_task', more: ['<number>'], detail: (_, [task]) => ({ task: task! }) },
  { group: 'task', name: 'finish', example: 'weisu alerts task finish ID 4 --why opened --by Chen --unit Roads --role unit_liaison', act: 'finish_task', more: ['<number>'], detail: (_, [task]) => ({ task: task! }) },
  { group: 'task', name: 'cancel', example: 'weisu alerts task cancel ID 4 --why "not needed" --by Li --unit Heating --role unit_liaison', act: 'cancel_task', more: ['<number>'], detail: (_, [task]) => ({ task: task! }) },
  {
    group: 'taskforce', name: 'set', example: 'weisu alerts taskforce set ID "hand over by September" --lead "Director Zhao" --member "Housing: Sun" --by Zhao --unit "Mill Street" --role territory_lead',
    act: 'set_task_force', more: ['<charter>'], flags: [['--lead <name>', 'lead', 'any', 'mandatory'], ['--member <name>', 'member', 'many']],
    detail: ({ lead, member }, [text]) => ({ text: text!, lead: lead!, members: member ?? [] }),
  },
  {
    group: 'taskforce', name: 'meeting', example: 'weisu alerts taskforce meeting ID "funds released on Friday" --present Developer --present "Residents\' representative" --by Zhao --unit "Mill Street" --role territory_lead',
    act: 'hold_meeting', more: ['<notes>'], flags: [['--present <party>', 'present', 'many'], ['--held <date>', 'held', 'day']],
    detail: ({ present, held }, [text]) => ({ text: text!, present: present ?? [], ...(held === undefined ? {} : { held }) }),
  },
  {
    group: 'commitment', name: 'add', example: 'weisu alerts commitment add ID "crane back on site" --party Developer --due 2026-12-01 --by Zhao --unit "Mill Street" --role territory_lead',
    act: 'commit', more: ['<text>'], flags: [['--party <name>', 'party', 'any', 'mandatory'], ['--due <date>', 'due', 'day', 'mandatory']],
    detail: ({ party, due }, [text]) => ({ text: text!, party: party!, due: due! }),
  },
  {
    group: 'commitment', name: 'settle', example: 'weisu alerts commitment settle ID 7 --kept --why "crane works since Monday" --by Zhao --unit "Mill Street" --role territory_lead', act: 'settle_commitment', more: ['<number>'],
    flags: [['--kept', 'kept'], ['--broken', 'broken']],
    detail: ({ kept, broken }, [task]) => {
      if ((kept === true) === (broken === true)) throw new InvalidOptionError('alerts commitment settle', '', '--kept or --broken')
      return { task: task!, kept: kept === true }
    },
  },
  {
    group: 'milestone', name: 'add', example: 'weisu alerts milestone add ID "roof closed" --due 2026-12-15 --by Zhao --unit "Mill Street" --role territory_lead', act: 'set_milestone', more: ['<text>'],
    flags: [['--due <date>', 'due', 'day', 'mandatory']], detail: ({ due }, [text]) => ({ text: text!, due: due! }),
  },
  { group: 'milestone', name: 'reach', example: 'weisu alerts milestone reach ID 9 --why "roof closed, photos added" --by Zhao --unit "Mill Street" --role territory_lead', act: 'reach_milestone', more: ['<number>'], detail: (_, [task]) => ({ task: task! }) },
  {
    group: 'evidence', name: 'add', example: 'weisu alerts evidence add ID roof.jpg --why "roof closed" --by Zhao --unit "Mill Street" --role territory_lead', act: 'add_evidence', more: ['<file>'],
    detail: async (_, [path], session) => {
      const { storeEvidence } = await import('../../pipelines/alert-life/evidence.ts')
      return { file: storeEvidence(session.config.dataDir, path!) }
    },
  },
]

const GROUPS = ['task', 'taskforce', 'commitment', 'milestone', 'evidence'] as const

/** Adds the acts below `weisu alerts`. */
export function addAlertActs(alerts: Command, setup: Setup): void {
  const { locale } = setup
  const groups = new Map<string, Command>(GROUPS.map((group) => [group, alerts.command(group).description(t(locale, `cli.alerts.${group}.about`))]))
  for (const spec of COMMANDS) addAct(spec.group === undefined ? alerts : groups.get(spec.group)!, setup, spec)
  addSchedule(groups.get('milestone')!, setup)
  addCommand(groups.get('evidence')!, setup, {
    name: 'save', examples: ['weisu alerts evidence save ID 12 --out roof.jpg'],
    work: async (session, [id, number], options) => withStore(session, 'alerts evidence', (db) => saveEvidence(session, db, id as string, number as string, (options as { out: string }).out)),
  })
    .argument('<id>', t(locale, 'cli.life.id'))
    .argument('<number>', t(locale, 'cli.life.arg.number'))
    .addOption(option(locale, '--out <file>', 'cli.life.out', outOption(locale)).makeOptionMandatory())
  addCommand(alerts, setup, {
    name: 'timeline', examples: ['weisu alerts timeline ID', 'weisu alerts timeline ID --json'],
    work: async (session, [id]) => withStore(session, 'alerts timeline', (db) => timeline(session, db, id as string)),
  }).argument('<id>', t(locale, 'cli.life.id'))
  addCommand(alerts, setup, {
    name: 'outcome', examples: ['weisu alerts outcome ID', 'weisu alerts outcome ID --date 2026-11-22 --json'],
    work: async (session, [id], options) => withStore(session, 'alerts outcome', (db) => outcome(session, db, id as string, (options as { date?: string }).date)),
  })
    .argument('<id>', t(locale, 'cli.life.id'))
    .addOption(option(locale, '--date <date>', 'cli.life.date', dayOption(locale)))
}

function addAct(parent: Command, setup: Setup, spec: ActCommand): void {
  const command = withActor(addCommand(parent, setup, {
    name: spec.name, examples: [spec.example],
    work: async (session, [id, ...more], options) => {
      const given = options as unknown as ActOptions
      // Details first: a file that cannot be taken is told before the store is asked.
      const detail = await spec.detail?.(given, more as string[], session) ?? {}
      const name = typeof spec.act === 'function' ? spec.act(given) : spec.act
      await withStore(session, `alerts ${spec.name}`, (db) => perform(session, db, id as string, name, detail, given))
    },
  }).argument('<id>', t(setup.locale, 'cli.life.id')), setup, spec)
  for (const argument of spec.more ?? []) command.argument(argument, t(setup.locale, `cli.life.arg.${argument.slice(1, -1)}` as TextKey))
}

function withActor(command: Command, { locale }: Setup, { flags = [] }: Pick<ActCommand, 'flags'>): Command {
  for (const [flag, key, how, mandatory] of flags) {
    const made = option(locale, flag, `cli.life.${key}` as TextKey, how === 'day' ? dayOption(locale) : typeof how === 'object' ? wordOption(locale, how) : undefined)
    if (how === 'many') made.argParser((value: string, before: string[] | undefined) => [...before ?? [], value])
    command.addOption(mandatory === undefined ? made : made.makeOptionMandatory())
  }
  return command
    .addOption(option(locale, '--why <text>', 'cli.life.why'))
    .addOption(option(locale, '--by <name>', 'cli.life.by').makeOptionMandatory())
    .addOption(option(locale, '--unit <unit>', 'cli.life.unit').makeOptionMandatory())
    .addOption(option(locale, '--role <role>', 'cli.life.role', wordOption(locale, ROLES.filter((role) => role !== 'system'))).makeOptionMandatory())
    .addOption(option(locale, '--if-version <n>', 'cli.life.if_version', wholeOption(locale, 0, 1e9)))
    .addOption(option(locale, '--on <date>', 'cli.life.on', dayOption(locale)))
}

/** 倒排工期: several milestones at once, in even steps back from the last day. */
function addSchedule(milestones: Command, setup: Setup): void {
  withActor(addCommand(milestones, setup, {
    name: 'schedule', examples: ['weisu alerts milestone schedule ID --steps "funds; roof; handover" --until 2027-09-01 --by Zhao --unit "Mill Street" --role territory_lead'],
    work: async (session, [id], options) => withStore(session, 'alerts milestone', async (db) => {
      const { act } = await import('../../pipelines/alert-life/act.ts')
      const { backSchedule } = await import('../../pipelines/alert-life/milestones.ts')
      const { by, unit, role, why = '', ifVersion, on, steps, until } = options as unknown as ActOptions
      const acted = await db.transaction(async (client) => {
        const planned = await backSchedule(client, steps!, until!, on)
        let last: Acted | undefined
        for (const [i, detail] of planned.entries()) last = await act(client, { alertId: id as string, act: 'set_milestone', actor: { name: by, unit, role }, version: i === 0 ? ifVersion ?? null : null, why, detail, on })
        return last!
      })
      printActed(session, acted)
    }),
  }).argument('<id>', t(setup.locale, 'cli.life.id')), setup, { flags: [['--steps <list>', 'steps', 'any', 'mandatory'], ['--until <date>', 'last', 'day', 'mandatory']] })
}

async function perform(session: Session, db: Db, alertId: string, name: Act, detail: ActDetail, { by, unit, role, why = '', ifVersion, on }: ActOptions): Promise<void> {
  const { act } = await import('../../pipelines/alert-life/act.ts')
  printActed(session, await db.transaction((client) =>
    act(client, { alertId, act: name, actor: { name: by, unit, role }, version: ifVersion ?? null, why, detail, on, desk: session.config.settings.hotlineUnit })))
}

async function timeline(session: Session, db: Db, id: string): Promise<void> {
  const { readAlertLife } = await import('../../pipelines/alert-life/timeline.ts')
  printLife(session, await readAlertLife(db, id))
}

async function outcome(session: Session, db: Db, id: string, date: string | undefined): Promise<void> {
  const { readLife } = await import('../../pipelines/alert-life/act.ts')
  const { readStrikeOffOutcomes } = await import('../../pipelines/alert-life/outcome.ts')
  await readLife(db, id)
  const night = await shownNight(session, db, date)
  if (night === null) return session.json ? session.printJson([]) : session.warn('cli.runs.none')
  printOutcomes(session, id, night, await readStrikeOffOutcomes(db, night, id))
}

async function saveEvidence(session: Session, db: Db, id: string, number: string, out: string): Promise<void> {
  const { readAlertLife } = await import('../../pipelines/alert-life/timeline.ts')
  const { findEvidence, readEvidenceFile } = await import('../../pipelines/alert-life/evidence.ts')
  const file = findEvidence((await readAlertLife(db, id)).work, number)
  writeFileSync(out, readEvidenceFile(session.config.dataDir, file.sha256))
  if (session.json) return session.printJson({ ...file, out })
  session.print(session.text('cli.life.saved', { name: file.name, out }))
}
