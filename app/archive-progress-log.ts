import type { ArchiveProgress } from '#sinks/archive-sink.ts'
import { messageOf } from './errors.ts'
import type { Log } from './log.ts'

/** What the export role says about its work: coordinates and causes, never what a record holds. */
export const archiveProgressLog = (log: Log) => (progress: ArchiveProgress) => {
  switch (progress.kind) {
    case 'applied':
      return
    case 'undecodable': {
      const { topic, partition, offset, message } = progress.record
      return log.warn(`${topic}-${partition}@${offset} put aside: ${message}`)
    }
    case 'retrying':
      return log.warn(
        `the archive refused (${messageOf(progress.error)}); trying again in ${progress.delayMs} ms, nothing is lost`,
      )
    case 'log-waits':
      return log.warn(`the log cannot be read (${messageOf(progress.error)}); trying again in ${progress.delayMs} ms`)
    case 'recovered':
      return log.info('the archive takes messages again')
    case 'lost':
      return log.error(
        `${progress.topic}-${progress.partition}: retention took offsets ${progress.from} to ${progress.to} before they were archived`,
      )
    case 'log-reset':
      return log.warn(
        `${progress.topic}-${progress.partition}: the log is younger than the archive; reading it from its start`,
      )
  }
}
