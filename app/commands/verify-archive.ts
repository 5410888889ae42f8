import { readConfig } from '../config.ts'
import { runOnData } from '../open-data.ts'

export async function verify(options: { readonly wait: number; readonly json?: boolean }): Promise<void> {
  const config = readConfig()
  const args = { waitMs: options.wait * 1000, json: options.json ?? false }
  const lines = config.cluster
    ? (await import('../stores/index-commands.ts')).verifyOnCluster(config, args)
    : runOnData(config, 'verify-archive', args)
  for await (const line of lines) process.stdout.write(line)
}
