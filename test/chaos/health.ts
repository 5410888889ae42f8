import { globSync } from 'node:fs'
import { join } from 'node:path'
import type { KafkaCluster } from '../../deploy/dev-services/kafka/kafka-cluster.ts'
import { kafkaTool } from '../../deploy/dev-services/kafka/kafka-tool.ts'

/** What Kafka's own tools say is wrong; nothing when all is well. */
export async function complaintsOfTools(
  cluster: KafkaCluster,
  { group, topic }: { readonly group: string; readonly topic: string },
): Promise<readonly string[]> {
  const at = ['--bootstrap-server', cluster.bootstrap]
  const complaints: string[] = []
  const described = await kafkaTool('groups', [...at, '--describe', '--group', group, '--state'])
  if (!/\bStable\b/.test(described)) complaints.push(`consumer-group tool: ${described.trim()}`)
  complaints.push(...(await openTransactions(at, group)))
  for (const { id } of cluster.nodes) {
    const hanging = await kafkaTool('transactions', [...at, 'find-hanging', '--broker-id', String(id)])
    // A heading, and a line for each.
    const found = hanging.trim().split('\n').slice(1)
    if (found.length > 0) complaints.push(`hanging transactions on broker ${id}: ${found.join('; ')}`)
  }
  complaints.push(...(await complaintsOfLog(cluster, topic)))
  return complaints
}

/** Transactions that are neither committed nor aborted. Only when no worker runs: a running one has one open. */
export async function openTransactions(at: readonly string[], prefix: string): Promise<readonly string[]> {
  const listed = await kafkaTool('transactions', [...at, 'list'])
  return listed
    .split('\n')
    .filter((line) => line.startsWith(prefix) && !/\b(CompleteCommit|CompleteAbort|Empty)\b/.test(line))
    .map((line) => `transaction not ended: ${line.trim()}`)
}

/** Every segment can be read, and every transaction in it ends with its marker. */
async function complaintsOfLog({ nodes }: KafkaCluster, topic: string): Promise<readonly string[]> {
  const [node] = nodes
  const files = globSync('*.log', { cwd: join(node!.dataDirectory, `${topic}-0`) }).map((name) =>
    join(node!.dataDirectory, `${topic}-0`, name),
  )
  if (files.length === 0) return [`${topic}-0 has no segment on broker ${node!.id}`]
  const dump = await kafkaTool('dumpLog', ['--files', files.join(',')], { timeoutMs: 180_000 })
  const open = new Map<string, number>()
  let batches = 0
  for (const line of dump.split('\n')) {
    if (!line.startsWith('baseOffset')) continue
    batches += 1
    const [, producer] = /producerId: (-?\d+)/.exec(line) ?? []
    if (/isControl: true/.test(line)) open.set(producer!, 0)
    else if (/isTransactional: true/.test(line)) open.set(producer!, (open.get(producer!) ?? 0) + 1)
  }
  const without = [...open].filter(([, count]) => count > 0)
  if (batches === 0) return [`the dump of ${topic}-0 has no batch: ${dump.slice(0, 300)}`]
  return without.map(([producer, count]) => `${topic}-0: ${count} batches of producer ${producer} without a marker`)
}
