import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { javaPeerClassPath } from '../java-peer/java-peer.ts'

export interface DumpedRecord {
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly key: string
  readonly value: string
}

/** Every committed record of a topic as Kafka's own Java consumer sees it, in order within a partition. */
export async function* dumpTopic(bootstrap: string, topic: string): AsyncIterable<DumpedRecord> {
  const java = ['-Xmx512m', '-Dlog4j2.level=ERROR', '-cp', javaPeerClassPath(), 'DumpTopic', bootstrap, topic]
  const child = spawn('java', java, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<number | null>((done) => child.once('exit', done))
  let isComplete = false
  try {
    for await (const line of createInterface(child.stdout)) {
      const [partition, offset, timestamp, key, value] = line.split('\t') as [string, string, string, string, string]
      yield { partition: Number(partition), offset: Number(offset), timestamp: Number(timestamp), key, value }
    }
    isComplete = true
  } finally {
    if (!isComplete) child.kill()
  }
  const code = await ended
  if (code !== 0) throw new Error(`the dump of ${topic} ended with ${code}`)
}
