import type { ArchiveQuery, ArchiveReader } from '../archive.ts'
import type { Collections } from './collections.ts'
import type { SearchPlan } from './search.ts'
import { walk } from './walk.ts'

const MAX_BUCKETS = 1_000

type Buckets = Awaited<ReturnType<ArchiveReader['histogram']>>

/** Counted by the server where the filter says everything; otherwise here, step by step. */
export async function histogramOf(
  plan: SearchPlan,
  query: ArchiveQuery,
  buckets: number,
  collections: Collections,
): Promise<Buckets> {
  const count = Math.min(Math.max(Math.trunc(buckets) || 1, 1), MAX_BUCKETS)
  const first = query.from ?? (await edge(plan, false, collections))
  const last = query.to ?? (await edge(plan, true, collections))
  if (first === undefined || last === undefined) return []
  const end = query.to ?? last + 1
  const width = Math.max(1, Math.ceil((end - first) / count))
  const filled = Array.from({ length: Math.max(1, Math.ceil((end - first) / width)) }, (_, index) => ({
    start: first + index * width,
    end: Math.min(first + (index + 1) * width, Math.max(end, first + 1)),
    messages: 0,
    negative: 0,
  }))
  const add = (index: number, messages: number, negative: number) => {
    const bucket = filled[index]
    if (!bucket) return
    bucket.messages += messages
    bucket.negative += negative
  }
  if (plan.isExact)
    for (const { _id, messages, negative } of await counted(plan, first, width, collections))
      add(_id, messages, negative)
  else
    for await (const step of walk(plan, collections, {
      isNewest: false,
      after: undefined,
      atOnce: 2_000,
      isBrief: true,
    }))
      for (const { message, sentiment } of step)
        add(Math.floor((message.timestamp - first) / width), 1, sentiment?.label === 'negative' ? 1 : 0)
  return filled
}

const counted = (plan: SearchPlan, first: number, width: number, { messages }: Collections) =>
  messages
    .aggregate<{ readonly _id: number; readonly messages: number; readonly negative: number }>([
      { $match: plan.filter },
      {
        $group: {
          _id: { $floor: { $divide: [{ $subtract: ['$message.timestamp', first] }, width] } },
          messages: { $sum: 1 },
          negative: { $sum: { $cond: [{ $eq: ['$sentiment.label', 'negative'] }, 1, 0] } },
        },
      },
    ])
    .toArray()

async function edge(plan: SearchPlan, isNewest: boolean, collections: Collections): Promise<number | undefined> {
  for await (const step of walk(plan, collections, { isNewest, after: undefined, atOnce: 100, isBrief: true }))
    return step[0]!.message.timestamp
  return undefined
}
