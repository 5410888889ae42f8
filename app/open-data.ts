import { mkdirSync } from 'node:fs'
import { openArchiveReader, openArchiveWriter } from '#sinks/sqlite-archive.ts'
import { type Broker, lockDataFolder, openSqliteBroker } from '#topology'
import { produceActions, produceRequest } from './collect/requests.ts'
import { type Config, dataFiles } from './config.ts'
import { callRunning } from './control/control-client.ts'
import { eraseFromReports } from './erasure/erase-from-reports.ts'
import { erasePersonFromLog } from './erasure/erase-person.ts'
import { PersonErasures } from './erasure/person-erasures.ts'
import { REMAINS } from './erasure/remains.ts'
import { codeOf, JavasError } from './errors.ts'
import { evidenceKey } from './evidence/evidence-key.ts'
import { logOf } from './log.ts'
import { actBy } from './operations/operation.ts'
import { type OperationArgs, type OperationName, runOperation } from './operations/operations.ts'
import { prepareTopics } from './prepare-topics.ts'
import { ReportFiles } from './report/report-files.ts'
import { requestOf } from './request-of.ts'
import { expireReports } from './retention/expire-reports.ts'
import { runRetention } from './retention/run-retention.ts'

/** Makes the data folder where there is none, for its owner alone: it holds chat and password hashes. @throws JavasError DATA_FOLDER_UNWRITABLE */
export function makeDataFolder(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new JavasError(
      'DATA_FOLDER_UNWRITABLE',
      `the data folder ${directory} cannot be made (${codeOf(cause)}): give yourself permission there, free some disk, or set JAVAS_DATA to another folder.`,
      { cause },
    )
  }
}

/** Makes the data folder and takes it for this process. @throws JavasError DATA_FOLDER_UNWRITABLE, DATA_FOLDER_IN_USE */
export function takeDataFolder(directory: string): { release(): void } {
  makeDataFolder(directory)
  return lockDataFolder(directory)
}

export interface OpenLog {
  readonly broker: Broker
  close(): Promise<void>
}

/** The data folder's log for this process alone, with every topic there. */
export async function openLog(config: Config): Promise<OpenLog> {
  const lock = takeDataFolder(config.dataDirectory)
  try {
    const broker = await openSqliteBroker({ directory: config.dataDirectory })
    await prepareTopics(broker)
    return {
      broker,
      close: async () => {
        await broker.close()
        lock.release()
      },
    }
  } catch (cause) {
    lock.release()
    throw cause
  }
}

/**
 * Runs an operation on the cluster where one is configured, else through the running `javas start`, or on the data folder
 * itself where none runs.
 */
export async function* runOnData<N extends OperationName>(
  config: Config,
  name: N,
  args: OperationArgs<N>,
): AsyncIterable<string> {
  if (config.cluster) {
    const { runOnCluster } = await import('./cluster/run-on-cluster.ts')
    return yield* runOnCluster(config, name, args)
  }
  const running = await callRunning(config.dataDirectory, name, args)
  if (running) return yield* running

  const { broker, close } = await openLog(config)
  const file = dataFiles(config.dataDirectory).archive
  // The writer makes the file where there is none yet, and brings an older one up to date.
  await (await openArchiveWriter(file)).close()
  const archive = await openArchiveReader(file)
  const producer = broker.producer()
  try {
    const watch = async (link: string, options: { readonly [name: string]: string }) => {
      const request = requestOf(link, { by: 'cli', isOwner: true, at: Date.now(), options })
      await produceRequest(broker, producer, request)
      return request.channelId
    }
    const act = actBy((actions) => produceActions(broker, producer, actions))
    const erasures = new PersonErasures({
      directory: dataFiles(config.dataDirectory).erasures,
      key: () => evidenceKey(config),
      remains: REMAINS,
      log: logOf('erase', config),
      steps: {
        reports: (person) =>
          eraseFromReports(new ReportFiles(dataFiles(config.dataDirectory).reports), archive, person),
        log: (person) => erasePersonFromLog(broker, producer, person, Date.now()),
        archive: async ({ channelId, authorId }) => {
          const writer = await openArchiveWriter(file)
          try {
            return [{ store: 'archive', ...(await writer.erasePerson(channelId, authorId)) }]
          } finally {
            await writer.close()
          }
        },
        forget: () => {},
      },
    })
    const { retention } = config
    const retain = async (isDry: boolean) => {
      const writer = await openArchiveWriter(file)
      try {
        const now = Date.now()
        const rows = await runRetention({ writer, store: 'archive', retention: retention!, now, isDry, by: 'cli' })
        const reports = new ReportFiles(dataFiles(config.dataDirectory).reports)
        return [...rows, ...(await expireReports(reports, retention!, now, { isDry }))]
      } finally {
        await writer.close()
      }
    }
    const context = {
      ...{ broker, archive, watch, act, erasures },
      ...(retention && { retain }),
      reset: (applicationId: string) => broker.reset(applicationId),
    }
    yield* runOperation(context, name, args, new AbortController().signal)
  } finally {
    await producer.close()
    await archive.close()
    await close()
  }
}
