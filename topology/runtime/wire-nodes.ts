import type { TopicPartition } from '../broker/broker.ts'
import type { Subtopology } from '../subtopologies.ts'
import { channels } from '../telemetry.ts'
import { physicalTopicName, type TopologyNode } from '../topology.ts'
import { AsyncRuntime } from './async-runtime.ts'
import { Crossing } from './crossing.ts'
import type { Environment } from './environment.ts'
import { measureSelfTime } from './measure-self-time.ts'
import { ProcessorRuntime } from './processor-runtime.ts'
import { RecordQueue } from './record-queue.ts'
import { type RuntimeNode, SourceRuntime } from './runtime-node.ts'
import { SinkRuntime } from './sink-runtime.ts'
import type { Task } from './task.ts'
import { traceNodes } from './trace-nodes.ts'

/** Makes the nodes of one task, connects them, and gives each source a queue for each of its partitions. */
export function wireNodes(
  task: Task,
  environment: Environment,
  subtopology: Subtopology,
  stageOf: ReadonlyMap<string, number>,
  partitions: readonly TopicPartition[],
): { readonly nodes: readonly RuntimeNode[]; readonly queues: readonly RecordQueue[] } {
  const { schemas } = environment.broker
  const codecs = (node: TopologyNode & { kind: 'source' | 'sink' }) => {
    const topic = physicalTopicName(node.topic, environment.applicationId)
    return {
      topic,
      key: node.key.bind(schemas, `${topic}-key`),
      value: node.topic.value.bind(schemas, `${topic}-value`),
    }
  }

  const queues: RecordQueue[] = []
  const make = (node: TopologyNode): RuntimeNode => {
    const stage = stageOf.get(node.name)!
    switch (node.kind) {
      case 'source': {
        const runtime = new SourceRuntime(node.name, stage)
        const { topic, key, value } = codecs(node)
        for (const { partition } of partitions.filter((mine) => mine.topic === topic))
          queues.push(new RecordQueue({ topic, partition, source: node, runtime, key, value }))
        return runtime
      }
      case 'processor':
        return new ProcessorRuntime(task, node, stage)
      case 'async':
        return new AsyncRuntime(task, node, stage)
      case 'sink': {
        const { topic, key, value } = codecs(node)
        return new SinkRuntime(task, node, stage, topic, key, value)
      }
    }
  }

  const nodes = new Map(subtopology.nodes.map((node) => [node.name, make(node)]))
  if (environment.measureNodes) measureSelfTime([...nodes.values()])
  if (channels.node.hasSubscribers) traceNodes([...nodes.values()], environment.applicationId, task.id)
  for (const node of subtopology.nodes) {
    for (const parentName of node.parents) {
      const parent = nodes.get(parentName)!
      const child = nodes.get(node.name)!
      // An async node delivers in the stage behind it; whatever else crosses a stage waits on the tape.
      const from = parent instanceof AsyncRuntime ? parent.stage + 1 : parent.stage
      parent.children.push(from === child.stage ? child : new Crossing(task, child))
    }
  }
  return { nodes: [...nodes.values()], queues }
}
