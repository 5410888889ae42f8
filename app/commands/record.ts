import { recordBroadcast } from '#sources/record.ts'
import { openSource, parseBroadcastLink } from '#sources/registry.ts'
import { productionEnvironment } from '#sources/source-environment.ts'
import { readConfig } from '../config.ts'
import { JavasError } from '../errors.ts'
import { showProgress } from '../progress.ts'
import { onStopSignal } from '../until-stopped.ts'

/** Saves a broadcast's chat without analysing it; needs no data folder. Ctrl+C ends the recording, which is whole then. */
export async function record(link: string, file: string, options: { readonly seconds?: number }): Promise<void> {
  const parsed = parseBroadcastLink(link)
  if (!parsed.ok) throw new JavasError(parsed.code, parsed.message)
  const source = openSource(parsed.link.source, {}, { ...productionEnvironment, ...readConfig().sources })
  const stop = new AbortController()
  onStopSignal(() => stop.abort())
  const timer = options.seconds ? setTimeout(() => stop.abort(), options.seconds * 1000) : undefined
  const progress = showProgress('recorded', null)
  const recorded = await recordBroadcast({
    source,
    link: parsed.link,
    file,
    signal: stop.signal,
    onMessages: (count) => progress.update(count),
  })
  clearTimeout(timer)
  progress.finish()
  process.stdout.write(`${recorded} messages in ${file}; "javas replay ${file}" plays them\n`)
}
