import { applyTopics } from '../cluster/apply-topics.ts'
import { readConfig } from '../config.ts'
import { clusterOf } from './cluster-of.ts'

export async function apply(options: { readonly dryRun?: boolean; readonly grow?: boolean }): Promise<void> {
  const cluster = clusterOf(readConfig(), 'topics apply')
  const lines = applyTopics(cluster, { dryRun: options.dryRun ?? false, grow: options.grow ?? false })
  for await (const line of lines) process.stdout.write(line)
}
