import { setTimeout as sleep } from 'node:timers/promises'
import { topics } from '#schemas/topics.ts'
import type { ArchiveReader } from '#sinks/archive.ts'
import { ArchiveError } from '#sinks/archive-error.ts'
import type { ArchiveTopics } from '#sinks/archive-sink.ts'
import { isBehind } from '#sinks/verify/is-behind.ts'
import { type IndexAudit, type VerifyReport, verifyArchive } from '#sinks/verify/verify-archive.ts'
import type { Broker, Position } from '#topology'
import { JavasError } from '../errors.ts'
import { printable } from '../printable.ts'
import type { Operation } from './operation.ts'

export interface VerifyArgs {
  /** How long stores may take to catch up. */
  readonly waitMs: number
  readonly json: boolean
}

export interface VerifyContext {
  readonly broker: Broker
  readonly topics: ArchiveTopics
  readonly record: Pick<ArchiveReader, 'positions' | 'export' | 'windows' | 'erasedAmong'>
  /** Null: there is no index. Opened when the stores have caught up. */
  readonly index: { positions(): Promise<readonly Position[]>; open(): Promise<IndexAudit> } | null
}

const LOOK_MS = 500
const SHOWN = 50

/** The data folder's log and archive. */
export const verifyData: Operation<VerifyArgs> = ({ broker, archive }, args, signal) =>
  verifyStores({ broker, topics, record: archive, index: null }, args, signal)

/** Its lines are the result. Throws ArchiveError ARCHIVE_DIFFERS behind them where anything differs; JavasError ARCHIVE_BEHIND. */
export async function* verifyStores(
  { broker, topics, record, index }: VerifyContext,
  { waitMs, json }: VerifyArgs,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const until = await endsOf(broker, [topics.analyzedMessages.name, topics.windowCounts.name])
  const stores = { record: () => record.positions(), ...(index && { index: () => index.positions() }) }
  for (const [name, positions] of Object.entries(stores)) await caughtUp(name, positions)
  const report = await verifyArchive({ broker, topics, until, record, index: index && (await index.open()) })
  yield json ? `${JSON.stringify(report)}\n` : linesOf(report).join('')
  if (report.differingMinutes > 0)
    throw new ArchiveError('ARCHIVE_DIFFERS', `the stores differ in ${report.differingMinutes} minutes of broadcasts.`)

  async function caughtUp(name: string, positions: () => Promise<readonly Position[]>): Promise<void> {
    for (const end = Date.now() + waitMs; await isBehind(broker, until, await positions()); await sleep(LOOK_MS))
      if (Date.now() > end || signal.aborted)
        throw new JavasError(
          'ARCHIVE_BEHIND',
          `the ${name} has not read up to where the topics ended ${Math.round(waitMs / 1000)} s ago: is the export role running? Give it longer with --wait.`,
        )
  }
}

async function endsOf(broker: Broker, names: readonly string[]): Promise<Position[]> {
  const partitions = new Map((await broker.topics()).map(({ name, partitions }) => [name, partitions]))
  const ends: Position[] = []
  for (const topic of names)
    for (let partition = 0; partition < (partitions.get(topic) ?? 0); partition++)
      ends.push({ topic, partition, offset: (await broker.offsets({ topic, partition })).latest })
  return ends
}

function linesOf({ messages, windows, repeated, differences, differingMinutes }: VerifyReport): string[] {
  const count = (value: number) => value.toLocaleString('en')
  const of = (what: string) => differences.filter((one) => one.what.startsWith(what)).length
  const lines = [
    `messages: ${count(messages.topics)} in the topics, ${count(messages.record)} in the record${
      messages.index === null ? '' : `, ${count(messages.index)} in the index`
    }; ${count(windows)} windows\n`,
    ...(repeated > 0 ? [`${count(repeated)} records of the topics repeat an earlier one: each is there once\n`] : []),
    ...differences
      .slice(0, SHOWN)
      .map(
        ({ channelId, broadcastId, minute, id, what }) =>
          `${new Date(minute).toISOString()} ${printable(channelId)} ${printable(broadcastId)} ${printable(id)}: ${what}\n`,
      ),
    ...(differences.length > SHOWN ? [`... and ${differences.length - SHOWN} more\n`] : []),
  ]
  lines.push(
    differingMinutes === 0
      ? '0 missing, 0 double, 0 different\n'
      : `${of('missing')} missing, ${of('twice')} double, ${of('different')} different, ${of('in the index')} in the index alone; ${differingMinutes} minutes differ\n`,
  )
  return lines
}
