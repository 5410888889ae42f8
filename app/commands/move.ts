import { readConfig } from '../config.ts'
import { move } from '../move/move.ts'
import { showProgress } from '../progress.ts'
import { rebuildElasticsearch } from '../stores/index-commands.ts'

/** Moves a data folder into the cluster, then makes the search index of all, where there is one. */
export async function moveFolder(folder: string, { dryRun = false }: { readonly dryRun?: boolean }): Promise<void> {
  const config = readConfig()
  const say = (line: string) => process.stdout.write(line)
  const progress = showProgress('rows', null)
  for await (const line of move({ config, folder, dryRun, onProgress: progress.update })) say(line)
  progress.finish()
  if (config.stores.elasticsearch && !dryRun) {
    await rebuildElasticsearch(config, { from: 'record', keepOld: false, onProgress: () => {} })
    say('index: made anew from the archive\n')
  }
  say(
    dryRun
      ? 'dry run: nothing was changed\n'
      : 'moved; the folder is as it was. Start the roles, then: javas verify archive\n',
  )
}
