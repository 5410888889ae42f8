import { readConfig } from '../config.ts'
import { runOnData } from '../open-data.ts'

/** Asks for a broadcast to be watched: by the running process, by the cluster's collectors, or by the next start. */
export async function watch(link: string, options: { readonly option?: readonly string[] }): Promise<void> {
  const args = { link, options: Object.fromEntries((options.option ?? []).map((one) => pair(one))) }
  for await (const channelId of runOnData(readConfig(), 'watch', args))
    process.stdout.write(`${channelId.trim()} is asked for\n`)
}

const pair = (text: string): [string, string] => {
  const cut = text.indexOf('=')
  return cut < 0 ? [text, ''] : [text.slice(0, cut), text.slice(cut + 1)]
}
