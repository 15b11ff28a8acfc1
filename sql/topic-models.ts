/**
 * Row functions of the classifiers of topics and of what they guessed.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface LabelledTicket { topic: number, title: string, content: string, at: number, hash: string }
export interface UnknownTicket { source: number, no: string, title: string, content: string }
export interface TopicModelRow { id: number, trainedAt: Date, active: boolean, topicIds: number[], threshold: number, report: unknown }

/** @param most  of each topic @param unknown  path of the topic of tickets without one */
export async function readLabelledTickets(db: Queryable, most: number, families: boolean, unknown: string): Promise<LabelledTicket[]> {
  return (await db.query<LabelledTicket>(statement('topics-labelled'), [most, families, unknown])).rows
}

/** Tickets without a topic on the days that are to be counted. */
export async function readUnknownTickets(db: Queryable, unknown: string): Promise<UnknownTicket[]> {
  return (await db.query<UnknownTicket>(statement('topics-unknown'), [unknown])).rows
}

/** Keeps a classifier, from now on the one in use; days with tickets without a topic are to be counted anew. @returns its id */
export async function addTopicModel(db: Queryable, model: { topicIds: number[], threshold: number, report: unknown, state: Buffer }, unknown: string): Promise<number> {
  await db.query('update topic_models set active = false where active')
  const { rows } = await db.query<{ id: number }>(
    'insert into topic_models (active, topic_ids, threshold, report, state) values (true, $1, $2, $3, $4) returning id',
    [model.topicIds, model.threshold, JSON.stringify(model.report), model.state])
  await db.query('insert into dirty_days select distinct day from tickets where topic_id = (select id from topics where path = $1) on conflict do nothing', [unknown])
  return rows[0]!.id
}

const COLUMNS = 'id, trained_at as "trainedAt", active, topic_ids as "topicIds", threshold, report'

/** The one in use. */
export async function readTopicModel(db: Queryable): Promise<(TopicModelRow & { state: Buffer }) | undefined> {
  return (await db.query<TopicModelRow & { state: Buffer }>(`select ${COLUMNS}, state from topic_models where active`)).rows[0]
}

/** Nobody guesses from now on; what was guessed stays. */
export async function retireTopicModel(db: Queryable): Promise<void> {
  await db.query('update topic_models set active = false where active')
}

export interface TopicGuess { source: number, no: string, topic: number, confidence: number }

/** Gives tickets the topic that was guessed, and says so. */
export async function saveTopicGuesses(db: Queryable, model: number, guesses: readonly TopicGuess[]): Promise<void> {
  const columns = [guesses.map((it) => it.source), guesses.map((it) => it.no), guesses.map((it) => it.topic), guesses.map((it) => it.confidence)]
  await db.query(
    `insert into topic_guesses (source_id, ticket_no, topic_id, confidence, model_id)
     select g.source, g.no, g.topic, g.confidence, $5 from unnest($1::smallint[], $2::text[], $3::int[], $4::real[]) as g (source, no, topic, confidence)
     on conflict (source_id, ticket_no) do update set topic_id = excluded.topic_id, confidence = excluded.confidence, model_id = excluded.model_id`, [...columns, model])
  await db.query(
    `update tickets t set topic_id = g.topic from unnest($1::smallint[], $2::text[], $3::int[]) as g (source, no, topic)
     where t.source_id = g.source and t.ticket_no = g.no`, columns.slice(0, 3))
}

/** How many tickets have a guessed topic, and how many have none. */
export async function countTopicGuesses(db: Queryable, unknown: string): Promise<{ guessed: number, unknown: number }> {
  const { rows } = await db.query<{ guessed: number, unknown: number }>(
    `select (select count(*) from topic_guesses)::int as guessed, (select count(*) from tickets where topic_id = (select id from topics where path = $1))::int as unknown`, [unknown])
  return rows[0]!
}
