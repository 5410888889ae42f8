import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readConfig } from '../config.ts'
import { runOnData } from '../open-data.ts'
import { resultOf } from '../operations/with-progress.ts'
import { showProgress } from '../progress.ts'
import { renderCsv } from '../report/render-csv.ts'
import { renderHtml } from '../report/render-html.ts'
import type { Report } from '../report/report.ts'
import type { ReportLanguage } from '../report/report-text.ts'

export interface ReportCommandOptions {
  readonly lang: ReportLanguage
  readonly out: string
  readonly people?: boolean
  /** Default: this machine's. */
  readonly zone?: string
}

/** Writes report.html, report.json and report.csv of a broadcast into a folder. Ctrl+C ends it: nothing is written then. */
export async function report(channelId: string, broadcastId: string, options: ReportCommandOptions): Promise<void> {
  const { lang, out, people = false, zone = Intl.DateTimeFormat().resolvedOptions().timeZone } = options
  const progress = { shown: null as ReturnType<typeof showProgress> | null }
  const lines = runOnData(readConfig(), 'report', { channelId, broadcastId, people })
  const made = await resultOf<Report>(lines, ({ done, total }) => {
    progress.shown ??= showProgress('report', total)
    progress.shown.update(done)
  })
  progress.shown?.finish()
  await mkdir(out, { recursive: true })
  const files = {
    'report.html': renderHtml(made, { language: lang, timeZone: zone }),
    'report.json': `${JSON.stringify(made, null, 2)}\n`,
    'report.csv': renderCsv(made),
  }
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(out, name), text, { mode: 0o600 })
    process.stdout.write(`${join(out, name)}\n`)
  }
}
