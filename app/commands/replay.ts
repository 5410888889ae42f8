import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { readConfig } from '../config.ts'
import { JavasError } from '../errors.ts'
import { runOnData } from '../open-data.ts'

interface ReplayOptions {
  readonly speed: number | 'max'
  readonly keepTime?: boolean
}

/** Asks for a recording to be watched. Where no javas runs, the next `javas start` plays it. */
export async function replay(file: string, options: ReplayOptions): Promise<void> {
  // Said here, where the person is, and not later in the log of `javas start`.
  if (!existsSync(file)) throw new JavasError('REPLAY_FILE_MISSING', `there is no file ${resolve(file)}`)
  const args = {
    link: `replay:${resolve(file)}`,
    options: { speed: String(options.speed), ...(options.keepTime && { keepTime: 'true' }) },
  }
  for await (const channelId of runOnData(readConfig(), 'watch', args))
    process.stdout.write(`${channelId.trim()} is asked for; it plays while "javas start" runs\n`)
}
