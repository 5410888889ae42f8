import type { Feedback } from '#processors/feedback.ts'
import { readConfig } from '../config.ts'
import { runOnData } from '../open-data.ts'
import { pipeOutput } from './output.ts'

/** Rows go to the file or standard output; what was left out is said on standard error. */
export async function exportFeedback(options: {
  readonly about: Feedback['about']
  readonly out?: string
}): Promise<void> {
  async function* rows() {
    for await (const line of runOnData(readConfig(), 'feedback-export', { about: options.about })) {
      if (line.startsWith('#')) process.stderr.write(line.slice(2))
      else yield line
    }
  }
  await pipeOutput(rows(), options.out)
}
