/** What a data folder keeps beside log and archive, into the data folder of the cluster's pages: what is there stays. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { dataFiles } from '../config.ts'
import { evidenceKeyFile } from '../evidence/evidence-key.ts'
import { makeDataFolder } from '../open-data.ts'
import { secondFactorKeyFile } from '../second-factor-key.ts'

export interface MoveFilesOptions {
  readonly from: string
  readonly to: string
  readonly dryRun: boolean
}

/** Its lines are the result. */
export async function* moveFiles({ from, to, dryRun }: MoveFilesOptions): AsyncGenerator<string> {
  if (!dryRun) makeDataFolder(to)
  const verb = dryRun ? 'would be copied' : 'copied'
  const accounts = { from: dataFiles(from).accounts, to: dataFiles(to).accounts }
  if (existsSync(accounts.from)) {
    if (existsSync(accounts.to)) yield `people: ${accounts.to} is there already and stays: its accounts hold\n`
    else {
      if (!dryRun) await copyDatabase(accounts.from, accounts.to)
      yield `people: accounts and invitations ${verb}\n`
    }
  }
  for (const [what, fileOf] of [
    ['evidence key', evidenceKeyFile],
    // Without it the accounts' second factors could not be read.
    ['key of second factors', secondFactorKeyFile],
  ] as const) {
    if (!existsSync(fileOf(from))) continue
    if (existsSync(fileOf(to))) yield `${what}: ${fileOf(to)} is there already and stays; keep the old one\n`
    else {
      if (!dryRun) copyWhole(fileOf(from), fileOf(to))
      yield `${what}: ${verb}\n`
    }
  }
  for (const what of ['reports', 'erasures'] as const) {
    const source = dataFiles(from)[what]
    const target = dataFiles(to)[what]
    const files = existsSync(source) ? readdirSync(source).filter((name) => !existsSync(join(target, name))) : []
    if (files.length === 0) continue
    if (!dryRun) {
      mkdirSync(target, { recursive: true, mode: 0o700 })
      for (const name of files) copyWhole(join(source, name), join(target, name))
    }
    yield `${what}: ${files.length} files ${verb}\n`
  }
}

/** Beside it first: a half copy is taken for none. */
function copyWhole(from: string, to: string): void {
  copyFileSync(from, `${to}.part`)
  chmodSync(`${to}.part`, 0o600)
  renameSync(`${to}.part`, to)
}

async function copyDatabase(from: string, to: string): Promise<void> {
  rmSync(`${to}.part`, { force: true })
  using source = new DatabaseSync(from, { readOnly: true })
  await backup(source, `${to}.part`)
  chmodSync(`${to}.part`, 0o600)
  renameSync(`${to}.part`, to)
}
