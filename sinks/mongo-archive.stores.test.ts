import { after } from 'node:test'
import { archiveContract } from './archive.contract.ts'
import type { ArchiveWriter } from './archive.ts'
import { ArchiveError } from './archive-error.ts'
import { type MongoConfig, openMongoArchiveReader, openMongoArchiveWriter } from './mongo-archive.ts'
import { message } from './testing/archive-values.ts'
import { MongoFaults } from './testing/mongo-faults.ts'
import { mongoServer } from './testing/mongo-server.ts'
import { type StoreUnderTest, storeRules } from './testing/store-rules.ts'

const server = await mongoServer()
after(() => server.stop())

archiveContract('MongoArchive', (now) => server.openArchive({ now }))

const configs = new Map<StoreUnderTest, MongoConfig>()
const closing = new Map<StoreUnderTest, (() => Promise<void>)[]>()

async function open(): Promise<StoreUnderTest> {
  const config = await server.emptyDatabase()
  const reader = await openMongoArchiveReader(config)
  const close: (() => Promise<void>)[] = [() => reader.close()]
  const under: StoreUnderTest = {
    reader,
    async openWriter() {
      const writer = await openMongoArchiveWriter(config)
      close.push(() => writer.close())
      return writer
    },
    async close() {
      for (const step of close) await step()
      await server.drop(config)
    },
  }
  configs.set(under, config)
  closing.set(under, close)
  return under
}

/** A writer of the store that reaches it by a way that can break. */
async function openOver(faults: MongoFaults, under: StoreUnderTest): Promise<ArchiveWriter> {
  const close = closing.get(under)!
  close.push(() => faults.close())
  for (let attempt = 1; ; attempt++) {
    try {
      const writer = await openMongoArchiveWriter({ ...configs.get(under)!, url: faults.url, patienceMs: 100 })
      close.push(() => writer.close())
      return writer
    } catch (cause) {
      // A busy machine may need longer than this patience, which is short because every death is waited out with it.
      if (!(cause instanceof ArchiveError && cause.retriable) || attempt === 50) throw cause
    }
  }
}

storeRules('MongoArchive', {
  open,
  async openDying(under, request, when) {
    const faults = await MongoFaults.to(server.port)
    const writer = await openOver(faults, under)
    faults.dieAt(request, when)
    return { writer, isDead: () => faults.isDead }
  },
  async openLosing(under) {
    const faults = await MongoFaults.to(server.port)
    const writer = await openOver(faults, under)
    return { writer, lose: () => faults.lose(), find: () => faults.find() }
  },
  poison: (id) => message(id, 'too large', { raw: 'x'.repeat(17 << 20) }),
})
