import { readConfig } from '../config.ts'
import { applyStores } from '../stores/apply-stores.ts'

export async function apply(options: { readonly dryRun?: boolean }): Promise<void> {
  const lines = applyStores(readConfig().stores, { dryRun: options.dryRun ?? false })
  for await (const line of lines) process.stdout.write(line)
}
