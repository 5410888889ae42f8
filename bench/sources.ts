/**
 * How many messages a second each source makes of what its wire brings, on one core: from the bytes of an answer, a
 * frame or a line to the message that goes into the log.
 *
 *     node bench/sources.ts [--seconds 3] [--json] [--save]
 */
import { parseArgs } from 'node:util'
import { report } from './report.ts'
import { chzzkWork } from './sources/chzzk.ts'
import { naverShoppingWork } from './sources/naver-shopping.ts'
import { soopWork } from './sources/soop.ts'
import { twitchWork } from './sources/twitch.ts'
import type { SourceWork } from './sources/work.ts'
import { youtubeWork } from './sources/youtube.ts'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '3' }, json: { type: 'boolean' }, save: { type: 'boolean' } },
})
const works: readonly SourceWork[] = [youtubeWork(), naverShoppingWork(), twitchWork(), chzzkWork(), soopWork()]

const figures: { [name: string]: number } = {}
for (const { name, run } of works) {
  for (let warm = 0; warm < 20; warm++) run()
  const end = performance.now() + Number(values.seconds) * 1_000
  const from = performance.now()
  let messages = 0
  while (performance.now() < end) messages += run()
  figures[`${name} messages/s`] = messages / ((performance.now() - from) / 1_000)
}
report({ name: 'sources', figures })
