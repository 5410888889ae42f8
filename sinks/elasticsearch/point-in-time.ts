/** A point in time of an index: what is written meanwhile does not show. OpenSearch has it under another address. */
import type { Client } from '@elastic/elasticsearch'
import { OpenSearchClient } from './connection.ts'
import { guarded } from './elasticsearch-error.ts'

/** @param keepAlive how long it outlives its last request, such as `2m` */
export async function openPointInTime(client: Client, index: string, keepAlive: string): Promise<string> {
  if (!(client instanceof OpenSearchClient))
    return (await guarded(() => client.openPointInTime({ index, keep_alive: keepAlive }))).id
  const { pit_id } = await guarded(() =>
    client.transport.request<{ pit_id: string }>({
      method: 'POST',
      path: `/${encodeURIComponent(index)}/_search/point_in_time`,
      querystring: { keep_alive: keepAlive },
    }),
  )
  return pit_id
}

/** Throws what the client throws. */
export async function closePointInTime(client: Client, id: string): Promise<void> {
  if (!(client instanceof OpenSearchClient)) await client.closePointInTime({ id })
  else await client.transport.request({ method: 'DELETE', path: '/_search/point_in_time', body: { pit_id: [id] } })
}
