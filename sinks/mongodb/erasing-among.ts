import { broadcastIdOf } from './batch-context.ts'
import type { Collections } from './collections.ts'

/** Which of these broadcasts are being erased: nobody sees anything of them any more. */
export async function erasingAmong(
  keys: readonly { readonly channelId: string; readonly broadcastId: string }[],
  { broadcasts }: Collections,
): Promise<ReadonlySet<string>> {
  const ids = [...new Set(keys.map(broadcastIdOf))]
  const found = await broadcasts.find({ _id: { $in: ids }, isErasing: true }, { projection: { _id: 1 } }).toArray()
  return new Set(found.map(({ _id }) => _id))
}
