/**
 * Runs the test suites with Node's own runner.
 *
 *     npm test                    everything that needs no server and no browser
 *     npm run test:browser        pages in a real Chromium            (*.browser.test.ts)
 *     npm run test:irc            the Twitch client against InspIRCd  (*.irc.test.ts)
 *
 * Further arguments filter by path: `npm test -- topology/window`.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'

const suites: { readonly [name: string]: { readonly pattern: string; readonly concurrency: number } } = {
  unit: { pattern: '**/*.test.ts', concurrency: 2 },
  browser: { pattern: '**/*.browser.test.ts', concurrency: 1 },
  irc: { pattern: '**/*.irc.test.ts', concurrency: 1 },
}

const [first, ...others] = process.argv.slice(2)
const name = first && first in suites ? first : 'unit'
const filters = name === first ? others : process.argv.slice(2)
const suite = suites[name]!

const isForeign = (file: string) => name === 'unit' && /\.(browser|irc)\.test\.ts$/.test(file)
const files = globSync(suite.pattern, { exclude: (path) => /(^|\/)(node_modules|build|data)(\/|$)/.test(String(path)) })
  .filter((file) => !isForeign(file) && (filters.length === 0 || filters.some((filter) => file.includes(filter))))
  .sort()

if (files.length === 0) {
  process.stderr.write(`no test file of the ${name} suite matches ${filters.join(' ')}\n`)
  process.exit(1)
}
const { status } = spawnSync(
  process.execPath,
  ['--test', `--test-concurrency=${suite.concurrency}`, '--test-timeout=240000', ...files],
  { stdio: 'inherit' },
)
process.exit(status ?? 1)
