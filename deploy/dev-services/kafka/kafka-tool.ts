import { command } from '../commands.ts'
import { kafkaClassPath } from './kafka-cluster.ts'
import { javaFlags } from './kafka-node.ts'

const tools = {
  groups: 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  transactions: 'org.apache.kafka.tools.TransactionsCommand',
  topics: 'org.apache.kafka.tools.TopicCommand',
  dumpLog: 'org.apache.kafka.tools.DumpLogSegments',
  consoleConsumer: 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  consoleProducer: 'org.apache.kafka.tools.ConsoleProducer',
} as const

export type KafkaTool = keyof typeof tools

export interface KafkaToolOptions {
  /** Default 60,000. */
  readonly timeoutMs?: number
  /** What it reads from its standard input. */
  readonly input?: string
}

/** Runs one of Kafka's own command line tools; resolves to what it printed, rejects when it fails. */
export function kafkaTool(
  tool: KafkaTool,
  args: readonly string[],
  { timeoutMs = 60_000, input = '' }: KafkaToolOptions = {},
): Promise<string> {
  return command(
    'java',
    [...javaFlags, '-Dlog4j2.level=ERROR', '-cp', kafkaClassPath(), tools[tool], ...args],
    timeoutMs,
    input,
  )
}
