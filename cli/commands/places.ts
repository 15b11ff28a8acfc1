/**
 * `weisu places`: the registry of places: search, import, spellings, merges that can be taken back, pairs to be reviewed.
 */
import type { Command } from 'commander'
import { ALIAS_KINDS, DATUMS } from '../../core/place-kinds.ts'
import type { AliasKind } from '../../core/place-kinds.ts'
import { t } from '../../core/texts.ts'
import type { TextKey } from '../../core/texts.ts'
import type { FactsGiven } from '../../pipelines/places/edit.ts'
import { addCommand, option, wholeOption, wordOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { printEntities, printEntity, printHistory, printImport, printMerge, printPairs, printRecognised, printUnresolved } from '../place-view.ts'
import type { Session } from '../session.ts'
import { withStore, withWriter } from '../store.ts'

const KINDS = ['city', 'district', 'street', 'community', 'grid', 'compound', 'project', 'school', 'bus_line', 'merchant', 'developer', 'point'] as const

interface Person { by: string, why: string }

export function addPlaces(program: Command, setup: Setup): void {
  const { locale } = setup
  const entities = () => import('../../pipelines/places/entities.ts')
  const trees = () => import('../../pipelines/trees/merge.ts')
  const listWork = async (session: Session, [word]: unknown[], options: Record<string, unknown>): Promise<void> => withStore(session, 'places', async (db) => {
    const { kind, limit } = options as { kind?: string, limit?: number }
    printEntities(session, await (await entities()).listEntities(db, { word: word as string | undefined, kind, limit }))
  })
  const command = addCommand(program, setup, {
    name: 'places', examples: ['weisu places', 'weisu places list Mill', 'weisu places show City/North/Mill', 'weisu places import places.csv --by "Registrar"', 'weisu places review'],
    work: async (session, _, options) => listWork(session, [], options),
  })
  const listed = addCommand(command, setup, { name: 'list', examples: ['weisu places list Mill', 'weisu places list --kind project'], work: listWork }).argument('[word]', t(locale, 'cli.places.word'))
  for (const one of [command, listed]) {
    one.addOption(option(locale, '--kind <kind>', 'cli.places.kind', wordOption(locale, KINDS))).addOption(option(locale, '--limit <n>', 'cli.places.limit', wholeOption(locale, 1, 100_000)))
  }
  addCommand(command, setup, {
    name: 'show', examples: ['weisu places show City/North/Mill'],
    work: async (session, [path]) => withStore(session, 'places show', async (db) => printEntity(session, await (await entities()).showEntity(db, path as string))),
  }).argument('<path>', t(locale, 'cli.places.path'))
  withPerson(addCommand(command, setup, {
    name: 'import', examples: ['weisu places import places.csv --by "Registrar"', 'weisu places import districts.geojson --city City --by "Registrar"'],
    work: async (session, [file], options) => withWriter(session, 'places import', async (db) => {
      const { importPlaces } = await import('../../pipelines/places/import-places.ts')
      const { city, datum, by } = options as { city?: string, datum?: (typeof DATUMS)[number], by: string }
      printImport(session, await importPlaces(db, file as string, { city, datum, by }))
    }),
  }).argument('<file>', t(locale, 'cli.places.import.file'))
    .addOption(option(locale, '--city <name>', 'cli.places.import.city'))
    .addOption(option(locale, '--datum <datum>', 'cli.places.import.datum', wordOption(locale, DATUMS))), setup, false)
  withPerson(addCommand(command, setup, {
    name: 'alias', examples: ['weisu places alias City/North/Mill "The Mill" --as promotion --by "Registrar"'],
    work: async (session, [path, name], options) => withWriter(session, 'places alias', async (db) => {
      const { as: kind = 'spelling', by } = options as { as?: AliasKind, by: string }
      const done = await (await entities()).addAlias(db, path as string, name as string, kind, by)
      if (session.json) return session.printJson(done)
      session.print(session.text(done.added ? 'cli.places.alias_added' : 'cli.places.alias_known', { path: done.path, name: name as string }))
    }),
  }).argument('<path>', t(locale, 'cli.places.path')).argument('<name>', t(locale, 'cli.places.alias.name'))
    .addOption(option(locale, '--as <kind>', 'cli.places.alias.kind', wordOption(locale, ALIAS_KINDS))), setup, false)
  withPerson(addCommand(command, setup, {
    name: 'set', examples: ['weisu places set City/North/Mill --households 620 --centre 116.41,39.92 --by "Registrar" --why "handed over in May"'],
    work: async (session, [path], options) => withWriter(session, 'places set', async (db) => {
      const { setFacts } = await import('../../pipelines/places/edit.ts')
      const { by, why, ...given } = options as unknown as Person & FactsGiven
      printEntity(session, await db.transaction((client) => setFacts(client, path as string, given, { by, why })))
    }),
  }).argument('<path>', t(locale, 'cli.places.path'))
    .addOption(option(locale, '--kind <kind>', 'cli.places.kind', wordOption(locale, KINDS))).addOption(option(locale, '--households <n>', 'cli.places.set.households', wholeOption(locale, 0, 10_000_000)))
    .addOption(option(locale, '--centre <lng,lat>', 'cli.places.set.centre')).addOption(option(locale, '--code <code>', 'cli.places.set.code')).addOption(option(locale, '--developer <name>', 'cli.places.set.developer')), setup, true)
  withPerson(addCommand(command, setup, {
    name: 'rename', examples: ['weisu places rename City/North/Mill "Mill Gardens" --by "Registrar" --why "name on file"', 'weisu places rename City/North/Mill Mill --to City/South --by "Registrar" --why "lies across the river"'],
    work: async (session, [path, name], options) => withWriter(session, 'places rename', async (db) => {
      const { renamePlace } = await import('../../pipelines/places/edit.ts')
      const { by, why, to = '', seen } = options as unknown as Person & { to?: string, seen?: number }
      const from = (await (await entities()).findPlace(db, path as string)).id
      printMerge(session, 'cli.places.merged', await db.transaction((client) => renamePlace(client, { from, name: name as string, parent: to, by, why, ...(seen === undefined ? {} : { version: seen }) })))
    }),
  }).argument('<path>', t(locale, 'cli.places.path')).argument('<name>', t(locale, 'cli.places.rename.name'))
    .addOption(option(locale, '--to <path>', 'cli.places.rename.to')).addOption(option(locale, '--seen <version>', 'cli.places.merge.version', wholeOption(locale, 0, 1_000_000))), setup, true)
  addCommand(command, setup, {
    name: 'unalias', examples: ['weisu places unalias City/North/Mill "The Mill"'],
    work: async (session, [path, name]) => withWriter(session, 'places unalias', async (db) => {
      const done = await (await entities()).dropAlias(db, path as string, name as string)
      if (session.json) return session.printJson(done)
      session.print(session.text(done.removed ? 'cli.places.alias_removed' : 'cli.places.alias_unknown', { path: done.path, name: name as string }))
    }),
  }).argument('<path>', t(locale, 'cli.places.path')).argument('<name>', t(locale, 'cli.places.alias.name'))
  withPerson(addCommand(command, setup, {
    name: 'merge', examples: ['weisu places merge "City/North/The Mill" City/North/Mill --by "Registrar" --why "one building site"'],
    work: async (session, [from, into], options) => withWriter(session, 'places merge', async (db) => {
      const { findPlace } = await entities()
      const { by, why, seen } = options as unknown as Person & { seen?: number }
      const done = await (await trees()).mergeNodes(db, { tree: 'place', from: (await findPlace(db, from as string)).id, into: (await findPlace(db, into as string)).id, by, why, ...(seen === undefined ? {} : { version: seen }) })
      printMerge(session, 'cli.places.merged', done)
    }),
  }).argument('<from>', t(locale, 'cli.places.merge.from')).argument('<into>', t(locale, 'cli.places.merge.into'))
    .addOption(option(locale, '--seen <version>', 'cli.places.merge.version', wholeOption(locale, 0, 1_000_000))), setup, true)
  withPerson(addCommand(command, setup, {
    name: 'unmerge', examples: ['weisu places unmerge 12 --by "Registrar" --why "two gates of two sites"'],
    work: async (session, [event], options) => withWriter(session, 'places unmerge', async (db) =>
      printMerge(session, 'cli.places.unmerged', await (await trees()).undoMerge(db, { tree: 'place', event: event as string, ...person(options) }))),
  }).argument('<event>', t(locale, 'cli.places.unmerge.event')), setup, true)
  withPerson(addCommand(command, setup, {
    name: 'apart', examples: ['weisu places apart City/North/Mill City/South/Mill --by "Registrar" --why "two districts"'],
    work: async (session, [from, into], options) => withWriter(session, 'places apart', async (db) => {
      const { findPlace } = await entities()
      const [one, other] = [await findPlace(db, from as string), await findPlace(db, into as string)]
      const event = await (await trees()).keepApart(db, { tree: 'place', from: one.id, into: other.id, ...person(options) })
      if (session.json) return session.printJson({ id: event.id, from: one.path, into: other.path })
      session.print(session.text('cli.places.told_apart', { from: one.path, into: other.path }))
    }),
  }).argument('<from>', t(locale, 'cli.places.path')).argument('<into>', t(locale, 'cli.places.path')), setup, true)
  addCommand(command, setup, {
    name: 'review', examples: ['weisu places review', 'weisu places review --limit 200 --json'],
    work: async (session, _, options) => withStore(session, 'places review', async (db) => {
      const { listPlacePairs } = await import('../../pipelines/places/review.ts')
      printPairs(session, await listPlacePairs(db, (options as { limit?: number }).limit))
    }),
  }).addOption(option(locale, '--limit <n>', 'cli.places.limit', wholeOption(locale, 1, 10_000)))
  addCommand(command, setup, {
    name: 'history', examples: ['weisu places history'],
    work: async (session) => withStore(session, 'places history', async (db) => printHistory(session, await (await trees()).listTreeEvents(db, 'place'))),
  })
  addCommand(command, setup, {
    name: 'unresolved', examples: ['weisu places unresolved'],
    work: async (session) => withStore(session, 'places unresolved', async (db) => printUnresolved(session, await (await entities()).listUnresolved(db))),
  })
  addCommand(command, setup, {
    name: 'recognise', examples: ['weisu places recognise "water leak at 12 Mill Road near Park Estate"'],
    work: async (session, [text]) => withStore(session, 'places recognise', async (db) => {
      const { recogniseText } = await import('../../pipelines/places/recognise.ts')
      printRecognised(session, await recogniseText(db, text as string))
    }),
  }).argument('<text>', t(locale, 'cli.places.recognise.text'))
}

/** Flags of who decides and why. */
export function withPerson(command: Command, { locale }: Setup, withReason: boolean): Command {
  command.addOption(option(locale, '--by <name>', 'cli.places.by' satisfies TextKey).makeOptionMandatory())
  return withReason ? command.addOption(option(locale, '--why <text>', 'cli.places.why').makeOptionMandatory()) : command
}

export function person(options: Record<string, unknown>): Person {
  const { by, why } = options as unknown as Person
  return { by, why }
}
