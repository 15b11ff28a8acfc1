/**
 * Record batches become bytes of Arrow IPC one by one: never more than one batch is held, however long the table.
 */
import { AsyncByteQueue, RecordBatchFileWriter, RecordBatchStreamWriter } from 'apache-arrow'
import type { RecordBatch, Schema } from 'apache-arrow'

/** 'file' can be read batch by batch in any order, 'stream' only from its beginning. */
export type IpcFormat = 'file' | 'stream'

/** One buffer a batch, the first with the schema before it, the last with the footer alone. */
export async function* encodeIpc(
  format: IpcFormat, schema: Schema, batches: Iterable<RecordBatch> | AsyncIterable<RecordBatch>,
): AsyncGenerator<Uint8Array> {
  const writer = format === 'file' ? new RecordBatchFileWriter() : new RecordBatchStreamWriter()
  const sink = new Sink()
  writer.reset(sink, schema)
  for await (const batch of batches) {
    writer.write(batch)
    yield sink.take()
  }
  writer.finish()
  yield sink.take()
}

/** Gives what was written to whoever takes it; apache-arrow's own queue would hold all of it if nobody reads meanwhile. */
class Sink extends AsyncByteQueue {
  #chunks: Uint8Array[] = []

  override write(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
  }

  take(): Uint8Array {
    const joined = Buffer.concat(this.#chunks)
    this.#chunks = []
    return joined
  }
}
