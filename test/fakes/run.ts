/**
 * All five platforms on loopback, for trying the whole program by hand: prints the settings that point JAVAS at them and
 * the links to paste, then plays a timeline on each until it is stopped.
 *
 *     node test/fakes/run.ts [TIMELINE.json] [--every 60000]
 *
 * The timeline is a list of steps as `sources/testing/timeline.ts` describes them.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { productionEnvironment } from '#sources/source-environment.ts'
import { fakePlatforms } from '#sources/testing/fake-platforms.ts'
import { playTimeline, type TimelineStep } from '#sources/testing/timeline.ts'

const { values, positionals } = parseArgs({
  options: { every: { type: 'string', default: '60000' } },
  allowPositionals: true,
})
const [file] = positionals
const usual: readonly TimelineStep[] = [
  ...Array.from({ length: 50 }, (_, second) => ({ at: second * 1_000, say: `${second}초에 쓴 말 ㅋㅋㅋ` })),
  { at: 20_500, fault: 'unavailable' },
  { at: 26_500, heal: true },
]
const steps = file ? (JSON.parse(readFileSync(file, 'utf8')) as readonly TimelineStep[]) : usual
const { clock } = productionEnvironment
const platforms = await fakePlatforms(clock)
for (const { endpoints } of platforms)
  for (const [name, url] of Object.entries(endpoints))
    process.stdout.write(`export JAVAS_ENDPOINT_${name.toUpperCase().replaceAll('-', '_')}=${url}\n`)
for (const { name, link } of platforms) process.stdout.write(`# ${name}: ${link}\n`)
const stops = platforms.map(({ actor }) => playTimeline(steps, actor, clock, Number(values.every)))
await new Promise((stopped) => process.once('SIGINT', stopped).once('SIGTERM', stopped))
for (const stop of stops) stop()
await Promise.all(platforms.map(({ close }) => close()))
