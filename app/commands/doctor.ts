import { examine, keepRecording } from '#sources/doctor/examine.ts'
import { findings } from '#sources/doctor/steps.ts'
import { parseBroadcastLink } from '#sources/registry.ts'
import { productionEnvironment } from '#sources/source-environment.ts'
import { readConfig } from '../config.ts'
import { JavasError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'
import { textTable } from '../text-table.ts'
import { onStopSignal } from '../until-stopped.ts'

/**
 * Takes the steps of a first live run: is it found, is it read, is everything as we expect it of this platform. Needs no
 * data folder. Ends with `failed` when something was different.
 */
export async function doctor(
  link: string,
  { seconds, file }: { readonly seconds: number; readonly file?: string },
): Promise<void> {
  const parsed = parseBroadcastLink(link)
  if (!parsed.ok) throw new JavasError(parsed.code, parsed.message)
  const environment = { ...productionEnvironment, ...readConfig().sources }
  const stop = new AbortController()
  onStopSignal(() => stop.abort())
  process.stdout.write(`reading ${parsed.link.url} for ${seconds} s\n`)
  const seen = await examine({ link: parsed.link, environment, seconds, signal: stop.signal })
  const found = findings(parsed.link.source, seen)
  const rows = found.map(({ verdict, step, detail }) => [verdict, step, detail])
  for (const line of textTable(['', 'step', 'seen'], rows)) process.stdout.write(line)
  const place = file ?? `javas-doctor-${parsed.link.source}-${seen.startedAt}.jsonl`
  await keepRecording(place, parsed.link, seen, environment)
  const different = found.filter(({ verdict }) => verdict === 'different').length
  process.stdout.write(
    `${different === 0 ? 'nothing was different from what we expect' : `${different} different from what we expect`}; ` +
      `the recording, viewers under pseudonyms, is ${place}: attach it to a report\n`,
  )
  if (different > 0) process.exitCode = exitCodes.failed
}
