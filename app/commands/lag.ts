import { readConfig } from '../config.ts'
import { runOnData } from '../open-data.ts'

export async function lag({ json = false }: { readonly json?: boolean }): Promise<void> {
  for await (const line of runOnData(readConfig(), 'lag', { json })) process.stdout.write(line)
}
