import type { SubjectSchema } from '#schemas/registry/registered-schemas.ts'
import type { RegistryClient } from '#schemas/registry/registry-client.ts'
import { type KafkaAdmin, openKafkaAdmin } from '#topology'
import { JavasError } from '../errors.ts'
import type { ClusterConfig } from './cluster-config.ts'
import { registryOf, releasedHistory, writtenSchemas } from './cluster-schemas.ts'
import { clusterTopics } from './cluster-topics.ts'
import { checkCluster, kafkaConnection } from './kafka-connection.ts'
import { describeChange, planTopics, type TopicChange, wantedTopic } from './topic-plan.ts'

export interface ApplyOptions {
  /** Say what would be done and let the cluster check it; change nothing. */
  readonly dryRun: boolean
  readonly grow: boolean
}

/**
 * Brings topics and schemas to what this version needs; its lines say what was done. Running it again does nothing.
 * Nothing is done when something of it is refused.
 * @throws JavasError TOPICS_REFUSED, SchemaRegistryError SCHEMA_INCOMPATIBLE, BrokerError
 */
export async function* applyTopics(cluster: ClusterConfig, { dryRun, grow }: ApplyOptions): AsyncGenerator<string> {
  await checkCluster(cluster)
  const admin = await openKafkaAdmin(kafkaConnection(cluster))
  try {
    const changes = await topicChanges(admin, cluster, grow)
    const registry = registryOf(cluster)
    const schemas = registry ? await newSchemas(registry, cluster) : []
    for (const change of changes) yield `${describeChange(change)}\n`
    for (const { subject, refusals } of schemas)
      yield refusals.length === 0
        ? `+ schema ${subject}\n`
        : `! schema ${subject}: may not follow the registered one: ${refusals.join('; ').slice(0, 500)}\n`
    const refused = changes.filter(({ kind }) => kind === 'refused').length
    const misfits = schemas.filter(({ refusals }) => refusals.length > 0).length
    if (refused + misfits > 0)
      throw new JavasError(
        refused > 0 ? 'TOPICS_REFUSED' : 'SCHEMA_INCOMPATIBLE',
        `${refused + misfits} of these cannot be done (marked !); nothing was changed`,
      )
    const doing = changes.filter(({ kind }) => kind !== 'differs').length + schemas.length
    if (doing === 0) return yield 'everything is there\n'
    if (dryRun) {
      await checkCreations(admin, changes)
      return yield `dry run: ${doing} to do, nothing was changed\n`
    }
    await carryOut(admin, changes)
    for (const { subject, schema } of schemas) await registry!.register(subject, schema)
    yield `${doing} done\n`
  } finally {
    await admin.close()
  }
}

/** What the cluster lacks. */
export async function topicChanges(admin: KafkaAdmin, cluster: ClusterConfig, grow = false) {
  const wanted = clusterTopics(cluster).specs.map((spec) => wantedTopic(spec, cluster))
  return planTopics(wanted, await admin.topics(wanted.map(({ name }) => name)), { grow })
}

interface NewSchema extends SubjectSchema {
  readonly refusals: readonly string[]
}

/** What is not registered yet, in the order of its versions. Only the first of a subject can be checked beforehand. */
async function newSchemas(registry: RegistryClient, cluster: ClusterConfig): Promise<readonly NewSchema[]> {
  const missing: NewSchema[] = []
  for (const { subject, schema } of releasedHistory(writtenSchemas(cluster, cluster.registry!.subjects))) {
    if ((await registry.lookup(subject, schema)) !== null) continue
    const isFirst = !missing.some((one) => one.subject === subject)
    missing.push({ subject, schema, refusals: isFirst ? await registry.incompatibilities(subject, schema) : [] })
  }
  return missing
}

const created = (changes: readonly TopicChange[]) =>
  changes.flatMap((change) =>
    change.kind === 'create'
      ? [{ ...change.topic, replicationFactor: change.topic.replication, configs: change.topic.configs }]
      : [],
  )

const checkCreations = (admin: KafkaAdmin, changes: readonly TopicChange[]) =>
  admin.createTopics(created(changes), { validateOnly: true })

async function carryOut(admin: KafkaAdmin, changes: readonly TopicChange[]): Promise<void> {
  await admin.createTopics(created(changes))
  for (const change of changes) {
    if (change.kind === 'grow') await admin.createPartitions(change.name, change.to)
    if (change.kind === 'config')
      await admin.setConfigs(change.name, Object.fromEntries(change.changed.map(({ key, to }) => [key, to])))
  }
}
