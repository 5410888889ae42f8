/** The archive of a data folder into the archive of a cluster, then compared. */
import { existsSync, renameSync, rmSync } from 'node:fs'
import { backup, DatabaseSync } from 'node:sqlite'
import type { ArchiveReader } from '#sinks/archive.ts'
import { ArchiveError } from '#sinks/archive-error.ts'
import { ArchiveWalk } from '#sinks/sqlite-archive/walk.ts'
import { openArchiveReader } from '#sinks/sqlite-archive.ts'
import { comparedMessage, comparedWindow } from '#sinks/verify/compared.ts'
import { Tally } from '#sinks/verify/tally.ts'
import type { Position } from '#topology'
import { windowSizesMs } from '../chat-topology.ts'
import { type Config, dataFiles } from '../config.ts'
import { JavasError } from '../errors.ts'
import { openRecord } from '../stores/cluster-stores.ts'

export interface MoveArchiveOptions {
  readonly file: string
  readonly config: Config
  readonly dryRun: boolean
  readonly onProgress: (rows: number) => void
}

/** Rows at a time: a few dozen ms of writing. */
const PAGE = 1_000
/** Partitions of moved archives, from here down: no log has so many, and a document's place has room for them. */
const LAST_PARTITION = 0xffff
const TOPIC = 'moved-archive'

/** Its lines are the result. @throws JavasError MOVE_TARGET, ArchiveError */
export async function* moveArchive({ file, config, dryRun, onProgress }: MoveArchiveOptions): AsyncGenerator<string> {
  const walk = new ArchiveWalk(file)
  try {
    const held = Object.entries(walk.totals).filter(([, count]) => count > 0)
    yield `archive: ${held.map(([kind, count]) => `${count.toLocaleString('en')} ${kind}`).join(', ') || 'empty'}\n`
    const { mongodb } = config.stores
    if (!mongodb) {
      const target = dataFiles(config.dataDirectory).archive
      if (existsSync(target))
        throw new JavasError(
          'MOVE_TARGET',
          `${target} is there already, and two archives in files cannot be put together: name another folder with JAVAS_DATA, or move into MongoDB (JAVAS_MONGODB).`,
        )
      if (dryRun) return
      await copyFile(file, target)
    } else {
      const { openMongoArchiveWriter } = await import('#sinks/mongo-archive.ts')
      const refused: string[] = []
      const writer = await openMongoArchiveWriter(mongodb, {
        onRefused: ({ collection, id, reason }) => refused.push(`${collection} ${id}: ${reason}`),
      })
      try {
        const { topic, partition, offset } = placeOfMoved(walk.fingerprint, await writer.positions())
        if (offset > 0)
          yield `archive: ${offset.toLocaleString('en')} of ${walk.rows.toLocaleString('en')} rows were moved before\n`
        if (dryRun) return
        for (const page of walk.pages(offset, PAGE)) {
          await writer.takeIn(page, { topic, partition })
          onProgress(page.to)
        }
      } finally {
        await writer.close()
      }
      for (const line of refused) yield `archive: refused by the server and put aside: ${line}\n`
    }
  } finally {
    walk.close()
  }
  yield* compare(file, config)
}

/** How far this very state of the archive was moved; another state, and another archive, has a partition of its own. */
function placeOfMoved(fingerprint: string, positions: readonly Position[]): Position {
  const topic = `${TOPIC} ${fingerprint}`
  const moved = positions.filter((position) => position.topic.startsWith(`${TOPIC} `))
  const known = moved.find((position) => position.topic === topic)
  if (known) return known
  const partition = moved.reduce((least, position) => Math.min(least, position.partition - 1), LAST_PARTITION)
  return { topic, partition, offset: 0 }
}

/** Whole or not at all. Its places in the old log are none in the cluster's. */
async function copyFile(from: string, to: string): Promise<void> {
  const part = `${to}.part`
  rmSync(part, { force: true })
  using source = new DatabaseSync(from, { readOnly: true })
  await backup(source, part)
  const copy = new DatabaseSync(part)
  copy.exec('PRAGMA journal_mode = DELETE; DELETE FROM positions')
  copy.close()
  renameSync(part, to)
}

/** Every message and window of the folder must be in the cluster's archive, to the letter; that may hold more. */
async function* compare(file: string, config: Config): AsyncGenerator<string> {
  const source = openArchiveReader(file)
  const target = await openRecord(config)
  try {
    const messages = await tallyOf(source)
    const differing = messages.differing(await tallyOf(target), { both: false })
    // A broadcast that the cluster watches on has more in its last minute: there each message is looked for.
    let missing = 0
    for (const { channelId, broadcastId, minute } of differing) {
      const query = { channelId, broadcastIds: [broadcastId], from: minute, to: minute + 60_000, includeDeleted: true }
      const there = new Set<number>()
      for await (const one of target.export(query)) there.add(digestOf(one))
      for await (const one of source.export(query)) if (!there.has(digestOf(one))) missing++
    }
    let windows = 0
    let missingWindows = 0
    for (const { channelId, broadcastId } of broadcastsIn(messages))
      for (const sizeMs of windowSizesMs) {
        const there = new Map(
          (await target.windows(channelId, broadcastId, sizeMs)).map((one) => [one.windowStart, one]),
        )
        for (const window of await source.windows(channelId, broadcastId, sizeMs)) {
          windows++
          const found = there.get(window.windowStart)
          const isSame = found && comparedWindow(found).digest === comparedWindow(window).digest
          if (!isSame && !(found && found.revision > window.revision)) missingWindows++
        }
      }
    if (missing + missingWindows > 0)
      throw new ArchiveError(
        'ARCHIVE_DIFFERS',
        `${missing} messages and ${missingWindows} windows of the folder are not in the cluster's archive as they were.`,
      )
    yield `archive: ${messages.total.toLocaleString('en')} messages and ${windows.toLocaleString('en')} windows compared, none is missing or different\n`
  } finally {
    await target.close()
    await source.close()
  }
}

const digestOf = (found: Parameters<typeof comparedMessage>[0] & { readonly deletedAt: number | null }) =>
  comparedMessage(found, found.message.author.id, found.deletedAt !== null).digest

async function tallyOf(archive: ArchiveReader): Promise<Tally> {
  const tally = new Tally()
  for await (const found of archive.export({ includeDeleted: true }))
    tally.add(comparedMessage(found, found.message.author.id, found.deletedAt !== null))
  return tally
}

const broadcastsIn = ({ sums }: Tally) =>
  new Map([...sums.values()].map((sum) => [`${sum.channelId}\0${sum.broadcastId}`, sum])).values()
