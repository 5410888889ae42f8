import type { ClusterConfig } from '../cluster/cluster-config.ts'
import type { Config } from '../config.ts'
import { JavasError } from '../errors.ts'

/** @throws JavasError CLUSTER_NEEDED */
export function clusterOf({ cluster }: Config, command: string): ClusterConfig {
  if (!cluster)
    throw new JavasError(
      'CLUSTER_NEEDED',
      `"javas ${command}" is about a Kafka cluster: set JAVAS_KAFKA=host:9092 (docs/deploy.md).`,
    )
  return cluster
}
