import { readConfig } from '../config.ts'
import { runOnData } from '../open-data.ts'

export async function reset(): Promise<void> {
  for await (const line of runOnData(readConfig(), 'reset', {})) process.stdout.write(line)
}
