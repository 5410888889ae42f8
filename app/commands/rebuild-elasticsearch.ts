import { readConfig } from '../config.ts'
import { showProgress } from '../progress.ts'
import { rebuildElasticsearch } from '../stores/index-commands.ts'

export async function rebuild(options: {
  readonly from: 'record' | 'topics'
  readonly keepOld?: boolean
}): Promise<void> {
  const progress = showProgress('rebuild', null)
  const { from, keepOld = false } = options
  const generation = await rebuildElasticsearch(readConfig(), { from, keepOld, onProgress: progress.update })
  progress.finish()
  process.stdout.write(`the indexes of generation ${generation} are like the ${from} and in use\n`)
}
