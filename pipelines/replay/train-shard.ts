/**
 * The training of one night's forecast models: the shard module of a replay's first phase. Which nights are trained on is fixed by the
 * calendar, and what they know by the night; so it does not matter which thread takes which, nor whether an earlier model is there already.
 */
import type { Day } from '../../core/days.ts'
import { openReplay } from '../../sql/replays.ts'
import { createForecaster } from '../forecast/forecaster.ts'
import type { JudgeWork } from './judge-shard.ts'

export interface TrainShard { night: Day }

export async function runShard({ night }: TrainShard, { store, replay, codeVersion }: JudgeWork): Promise<number> {
  const db = openReplay(store, replay, 2)
  const cpu = process.threadCpuUsage()
  try {
    await createForecaster(db, codeVersion).trainFor(night, night + 1)
  } finally {
    await db.close()
  }
  const used = process.threadCpuUsage(cpu)
  return (used.user + used.system) / 1000
}
