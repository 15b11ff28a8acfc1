/**
 * `weisu topics rename | split | merge | bridge | unmerge | history`: new editions of the topics, bridged to their past.
 */
import type { Command } from 'commander'
import { t } from '../../core/texts.ts'
import { addCommand, option } from '../command.ts'
import type { Setup } from '../command.ts'
import { printHistory, printMerge } from '../place-view.ts'
import type { Session } from '../session.ts'
import { withStore, withWriter } from '../store.ts'
import { person, withPerson } from './places.ts'

/** @param command  `weisu topics` */
export function addTopicEditions(command: Command, setup: Setup): void {
  const { locale } = setup
  const editions = () => import('../../pipelines/trees/topics.ts')
  const history = async (session: Session): Promise<void> => withStore(session, 'topics', async (db) => {
    const { listTreeEvents } = await import('../../pipelines/trees/merge.ts')
    printHistory(session, await listTreeEvents(db, 'topic'))
  })
  addCommand(command, setup, { name: 'history', examples: ['weisu topics history'], work: history })
  withPerson(addCommand(command, setup, {
    name: 'rename', examples: ['weisu topics rename Noise/Night "Noise/After ten" --by "Registrar" --why "catalogue of 2027"'],
    work: async (session, [old, renamed], options) => withWriter(session, 'topics rename', async (db) =>
      printMerge(session, 'cli.places.merged', await (await editions()).renameTopic(db, old as string, renamed as string, person(options)))),
  }).argument('<old>', t(locale, 'cli.topics.rename.old')).argument('<new>', t(locale, 'cli.topics.rename.new')), setup, true)
  withPerson(addCommand(command, setup, {
    name: 'split', examples: ['weisu topics split Noise/Night --into "Noise/Building at night" --into "Noise/Neighbours at night" --by "Registrar" --why "catalogue of 2027"'],
    work: async (session, [old], options) => withWriter(session, 'topics split', async (db) => {
      const results = await (await editions()).splitTopic(db, old as string, (options as { into: string[] }).into, person(options))
      for (const one of results) printMerge(session, 'cli.places.merged', one)
    }),
  }).argument('<old>', t(locale, 'cli.topics.rename.old'))
    .addOption(option(locale, '--into <topic>', 'cli.topics.split.into').argParser((value: string, before: string[] | undefined) => [...before ?? [], value]).makeOptionMandatory()), setup, true)
  withPerson(addCommand(command, setup, {
    name: 'merge', examples: ['weisu topics merge Noise/Evening Noise/Night --by "Registrar" --why "catalogue of 2027"'],
    work: async (session, [from, into], options) => withWriter(session, 'topics merge', async (db) =>
      printMerge(session, 'cli.places.merged', await (await editions()).mergeTopics(db, from as string, into as string, person(options)))),
  }).argument('<from>', t(locale, 'cli.topics.rename.old')).argument('<into>', t(locale, 'cli.topics.rename.new')), setup, true)
  withPerson(addCommand(command, setup, {
    name: 'unmerge', examples: ['weisu topics unmerge 12 --by "Registrar" --why "was no renaming"'],
    work: async (session, [event], options) => withWriter(session, 'topics unmerge', async (db) => {
      const { undoMerge } = await import('../../pipelines/trees/merge.ts')
      printMerge(session, 'cli.places.unmerged', await undoMerge(db, { tree: 'topic', event: event as string, ...person(options) }))
    }),
  }).argument('<event>', t(locale, 'cli.places.unmerge.event')), setup, true)
  withPerson(addCommand(command, setup, {
    name: 'bridge', examples: ['weisu topics bridge old-new.csv --by "Registrar" --why "catalogue of 2027"'],
    work: async (session, [file], options) => withWriter(session, 'topics bridge', async (db) => {
      const done = await (await editions()).bridgeTopics(db, file as string, person(options))
      if (session.json) return session.printJson({ renamed: done.renamed.map(({ event, from, into }) => ({ id: event.id, from: from.path, into: into.path })), rejects: done.rejects })
      session.print(session.text('cli.topics.bridged', { renamed: done.renamed.length, rejected: done.rejects.length }))
      for (const { line, reason, value } of done.rejects) session.print(session.text('cli.places.rejected', { line, reason, value }))
    }),
  }).argument('<file>', t(locale, 'cli.places.import.file')), setup, true)
}
