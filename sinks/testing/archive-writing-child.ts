/** Applies numbered batches to the archive until it is done or killed. Arguments: path, batches, messages a batch. */
import { openArchiveWriter } from '../sqlite-archive.ts'
import { batchOf, message, T0, windowOf } from './archive-values.ts'

const [path, batches, perBatch] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4])]
const writer = await openArchiveWriter(path)
const done = ((await writer.positions())[0]?.offset ?? 0) / perBatch
for (let batch = done; batch < batches; batch++) {
  await writer.apply(
    batchOf({
      messages: Array.from({ length: perBatch }, (_, index) =>
        message(`m${batch}-${index}`, `확인 ${batch} ${index}`, { timestamp: T0 + batch, author: `u${index}` }),
      ),
      windows: [windowOf(T0, { messages: batch + 1, revision: batch + 1 })],
      positions: [{ topic: 'analyzed-messages', partition: 0, offset: (batch + 1) * perBatch }],
    }),
  )
  if (batch === done + 3) process.send?.('writing')
}
await writer.close()
process.disconnect?.()
