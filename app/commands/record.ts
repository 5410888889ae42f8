import { recordBroadcast } from '#sources/record.ts'
import { openSource, parseBroadcastLink } from '#sources/registry.ts'
import { productionEnvironment } from '#sources/source-environment.ts'
import { isWireRecordable, recordWireBroadcast } from '#sources/wire/record-broadcast.ts'
import { readConfig } from '../config.ts'
import { JavasError } from '../errors.ts'
import { showProgress } from '../progress.ts'
import { onStopSignal } from '../until-stopped.ts'

/**
 * Saves a broadcast's chat without analysing it: what the platform sends, its viewers under pseudonyms, or with `parsed`
 * the messages as they are. Needs no data folder. Ctrl+C ends the recording, which is whole then.
 */
export async function record(
  link: string,
  file: string,
  options: { readonly seconds?: number; readonly parsed?: boolean },
): Promise<void> {
  const parsed = parseBroadcastLink(link)
  if (!parsed.ok) throw new JavasError(parsed.code, parsed.message)
  const environment = { ...productionEnvironment, ...readConfig().sources }
  const stop = new AbortController()
  onStopSignal(() => stop.abort())
  const timer = options.seconds ? setTimeout(() => stop.abort(), options.seconds * 1000) : undefined
  const progress = showProgress('recorded', null)
  const { link: found } = parsed
  const shared = { link: found, file, signal: stop.signal, onMessages: (count: number) => progress.update(count) }
  const recorded =
    isWireRecordable(found.source) && !options.parsed
      ? await recordWireBroadcast({ ...shared, environment })
      : await recordBroadcast({ ...shared, source: openSource(found.source, {}, environment) })
  clearTimeout(timer)
  progress.finish()
  process.stdout.write(`${recorded} messages in ${file}; "javas replay ${file}" plays them\n`)
}
