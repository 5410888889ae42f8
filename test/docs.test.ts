import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')
const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('{docs,topology,models}/**/*.md', { cwd: root })]
const textOf = (page: string) => readFileSync(join(root, page), 'utf8')

test('every link and picture in the docs leads somewhere', () => {
  const broken = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map((match) => match[1]!)
      .filter((target) => !/^(https?:|mailto:|#)/.test(target))
      .filter((target) => !existsSync(join(root, dirname(page), target.split('#')[0]!)))
      .map((target) => `${page}: ${target}`),
  )
  assert.deepEqual(broken, [])
})

test('every npm script that the docs name exists', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: { [name: string]: string } }
  const missing = pages.flatMap((page) =>
    [...textOf(page).matchAll(/npm run (?:--silent )?([a-z][a-z:-]*)/g)]
      .map((match) => match[1]!)
      .filter((name) => !(name in scripts))
      .map((name) => `${page}: npm run ${name}`),
  )
  assert.deepEqual(missing, [])
})

test('every command that docs/run.md names is a command', () => {
  const help = spawnSync(process.execPath, [join(root, 'app', 'cli.ts'), '--help'], { encoding: 'utf8' }).stdout
  const commands = new Set([...help.matchAll(/^ {2}([a-z]+)\b/gm)].map((match) => match[1]))
  const table = /## Commands([\s\S]*?)## /.exec(textOf('docs/run.md'))![1]!
  const named = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap((row) =>
    [...row[1]!.matchAll(/`([a-z]+)/g)].map((match) => match[1]!),
  )
  assert.ok(named.length > 10)
  assert.deepEqual(
    named.filter((name) => !commands.has(name)),
    [],
  )
})

test('every script of package.json runs a file that exists', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: { [name: string]: string } }
  const missing = Object.entries(scripts).filter(([, command]) => {
    const file = /run\.mjs ([a-z]+\/\S+\.ts)/.exec(command)?.[1]
    return file !== undefined && !existsSync(join(root, file))
  })
  assert.deepEqual(missing, [])
})
