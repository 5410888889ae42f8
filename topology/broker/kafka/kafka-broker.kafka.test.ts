import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brokerContract } from '../broker.contract.ts'
import { MemoryLog } from '../memory/memory-log.ts'
import { MemoryBroker } from '../memory-broker.ts'
import type { KafkaBroker } from './kafka-broker.ts'
import { openKafkaBroker } from './open-kafka-broker.ts'
import { PrefixedBroker } from './testing/prefixed-broker.ts'
import { testBootstrap, uniqueName } from './testing/test-cluster.ts'

brokerContract('KafkaBroker', async () => {
  const prefix = `${uniqueName('contract')}-`
  const stateDirectory = mkdtempSync(join(tmpdir(), 'kafka-broker-'))
  const { schemas } = new MemoryBroker({ log: new MemoryLog() })
  const opened: KafkaBroker[] = []
  return {
    async open() {
      // One name for all: a broker opened later is a restart of the one before, and takes over from it.
      const broker = await openKafkaBroker({
        bootstrap: testBootstrap,
        schemas,
        stateDirectory,
        instanceId: 'instance',
      })
      opened.push(broker)
      return new PrefixedBroker(broker, prefix)
    },
    // A transaction marker; more than one there never is.
    gapAfterCommit: () => 1,
    async dispose() {
      for (const broker of opened) await broker.close()
      const cleaner = await openKafkaBroker({ bootstrap: testBootstrap, schemas, stateDirectory })
      const names = (await cleaner.topics()).map(({ name }) => name)
      await cleaner.deleteTopics(names.filter((name) => name.startsWith(prefix)))
      await cleaner.close()
      rmSync(stateDirectory, { recursive: true, force: true })
    },
  }
})
