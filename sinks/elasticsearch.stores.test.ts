/** The contract of every archive, kept by a SQLite record with an Elasticsearch index beside it. */
import { after } from 'node:test'
import { archiveContract } from './archive.contract.ts'
import { type ComposedArchive, composedArchive } from './elasticsearch/testing/composed-archive.ts'
import { HttpFaults } from './elasticsearch/testing/http-faults.ts'
import { sharedNode } from './elasticsearch/testing/shared-node.ts'
import { type StoreUnderTest, storeRules } from './testing/store-rules.ts'

const shared = sharedNode('test-elasticsearch-contract')

archiveContract('SQLite with Elasticsearch', async (now) => {
  const archive = await composedArchive(shared.index, { now })
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
  // The record takes everything; what the index refuses is in index.stores.test.ts.
  poison: null,
})
