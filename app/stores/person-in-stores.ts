import { existsSync } from 'node:fs'
import { type PersonTraces, tracesOfPerson } from '#sinks/verify/traces-of-person.ts'
import type { Config } from '../config.ts'
import type { Person } from '../erasure/erase-person.ts'
import { archivePlace, openArchiveAt } from './archive-place.ts'

export interface TracesInStore extends PersonTraces {
  readonly store: string
}

/**
 * What every store of this configuration still shows of a person of the time until an erasure was asked for, asked without writing down
 * who was asked for. Empty where there is no store. Throws ArchiveError.
 * @param until epoch ms
 */
export async function personInStores(config: Config, person: Person, until: number): Promise<readonly TracesInStore[]> {
  const place = archivePlace(config)
  const { elasticsearch } = config.stores
  const found: TracesInStore[] = []
  if (!('file' in place) || existsSync(place.file)) {
    const record = await openArchiveAt(place)
    try {
      const store = 'file' in place ? 'archive' : 'mongodb'
      found.push({ store, ...(await tracesOfPerson(record, person, until)) })
    } finally {
      await record.close()
    }
  }
  if (elasticsearch) {
    // The client is loaded where it is used.
    const { tracesInIndex } = await import('#sinks/elasticsearch.ts')
    found.push({ store: 'elasticsearch', ...(await tracesInIndex(elasticsearch, person, until)) })
  }
  return found
}
