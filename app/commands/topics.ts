import { readConfig } from '../config.ts'
import { runOnData } from '../open-data.ts'

export async function showTopics(options: { readonly json?: boolean }): Promise<void> {
  for await (const line of runOnData(readConfig(), 'topics', { json: options.json ?? false }))
    process.stdout.write(line)
}
