/**
 * The contract of every archive, kept by a MongoDB record with an Elasticsearch index beside it, as a cluster serves them; what
 * happens when the way to the index breaks, beside a record in a file.
 */
import { after } from 'node:test'
import { archiveContract } from './archive.contract.ts'
import { type ComposedArchive, composedArchive, type EmptyRecord } from './elasticsearch/testing/composed-archive.ts'
import { HttpFaults } from './elasticsearch/testing/http-faults.ts'
import { elasticsearchNode } from './elasticsearch/testing/shared-node.ts'
import { openMongoArchiveReader, openMongoArchiveWriter } from './mongo-archive.ts'
import { mongoServer } from './testing/mongo-server.ts'
import { type StoreUnderTest, storeRules } from './testing/store-rules.ts'

const shared = elasticsearchNode('test-elasticsearch-contract')

const mongodb = await mongoServer({ heapMb: 256 })
after(() => mongodb.stop())

async function inMongo(now: () => number): Promise<EmptyRecord> {
  const config = await mongodb.emptyDatabase()
  return {
    openWriter: () => openMongoArchiveWriter(config, { now }),
    openReader: () => openMongoArchiveReader(config),
    remove: () => mongodb.drop(config),
  }
}

archiveContract('MongoDB with Elasticsearch', async (now) => {
  const archive = await composedArchive(shared.index, { now, record: await inMongo(now) })
  const writer = await archive.openWriter()
  return { writer, reader: archive.reader, close: () => archive.close() }
})

const ways: HttpFaults[] = []
after(() => Promise.all(ways.map((way) => way.close())))

/** A way to the node that can break. */
async function breakableWay(): Promise<HttpFaults> {
  const way = await HttpFaults.to(shared.url)
  ways.push(way)
  return way
}

const archives = new Map<StoreUnderTest, ComposedArchive>()

/** A writer whose way to the index can break. The record is always there: the export role fills it by another loop. */
async function openOver(faults: HttpFaults, under: StoreUnderTest) {
  return archives.get(under)!.openWriter({ ...shared.index.config, urls: [faults.url] })
}

storeRules('SQLite with Elasticsearch', {
  async open() {
    const archive = await composedArchive(shared.index)
    const under: StoreUnderTest = {
      reader: archive.reader,
      openWriter: () => archive.openWriter(),
      close: () => archive.close(),
    }
    archives.set(under, archive)
    return under
  },
  async openDying(under, request, when) {
    const faults = await breakableWay()
    const writer = await openOver(faults, under)
    faults.dieAt(request, when)
    return { writer, isDead: () => faults.isDead }
  },
  async openLosing(under) {
    const faults = await breakableWay()
    const writer = await openOver(faults, under)
    return { writer, lose: () => faults.lose(), find: () => faults.find() }
  },
  // The record takes everything; what the index refuses is in index-rules.ts.
  poison: null,
})
