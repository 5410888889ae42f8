import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { backup as copyDatabase, DatabaseSync } from 'node:sqlite'
import { type Config, dataFiles, readConfig } from '../config.ts'
import { codeOf, JavasError } from '../errors.ts'
import { evidenceKeyFile } from '../evidence/evidence-key.ts'
import { secondFactorKeyFile } from '../second-factor-key.ts'

/**
 * The archive before the log: what it then lacks stands in the log behind its positions, so that a start from the copy
 * archives it. The other way round the copy's archive would be ahead of its log.
 */
const FILES = ['archive.db', 'log.db', 'accounts.db']
/** In one step, which is one read transaction: a copy in many would begin again at every write of the running process. */
const ALL_PAGES = 1_000_000_000

/**
 * Copies the data folder while it is in use, and reads each database's copy through. Says of each key whether the copy has it.
 * @param options `withKeys`: keys that the data folder made are copied as well
 * @throws JavasError BACKUP_TARGET, BACKUP_NOTHING, BACKUP_FAILED
 */
export async function backup(
  folder: string,
  { withKeys = false }: { readonly withKeys?: boolean } = {},
): Promise<void> {
  const config = readConfig()
  const { dataDirectory } = config
  const target = resolve(folder)
  const files = FILES.filter((name) => existsSync(join(dataDirectory, name)))
  if (files.length === 0) throw new JavasError('BACKUP_NOTHING', `there is nothing in ${dataDirectory} to copy`)
  if (existsSync(target) && readdirSync(target).length > 0)
    throw new JavasError('BACKUP_TARGET', `${target} is not empty: name a folder that is, or none that exists`)
  mkdirSync(target, { recursive: true, mode: 0o700 })
  copyErasures(dataDirectory, target)
  for (const name of files) {
    const copy = join(target, name)
    try {
      using source = new DatabaseSync(join(dataDirectory, name), { readOnly: true })
      await copyDatabase(source, copy, { rate: ALL_PAGES })
      using written = new DatabaseSync(copy, { readOnly: true })
      const [found] = Object.values(written.prepare('PRAGMA quick_check').get() ?? {})
      if (found !== 'ok') throw new Error(String(found))
    } catch (cause) {
      throw new JavasError('BACKUP_FAILED', `${name} cannot be copied to ${target} (${codeOf(cause)})`, { cause })
    }
    process.stdout.write(`${name}: ${(statSync(copy).size / 1e6).toFixed(1)} MB\n`)
  }
  for (const key of keysOf(config)) process.stdout.write(`${backUpKey(key, target, withKeys)}\n`)
}

/**
 * Receipts, and what is still to be erased: before the databases, so that an erasure that ends meanwhile is done once more at a
 * start from the copy instead of never.
 */
function copyErasures(dataDirectory: string, target: string): void {
  const from = dataFiles(dataDirectory).erasures
  const names = existsSync(from) ? readdirSync(from).filter((name) => name.endsWith('.json')) : []
  if (names.length === 0) return
  const to = dataFiles(target).erasures
  try {
    mkdirSync(to, { mode: 0o700 })
    // One that is done goes away.
    for (const name of names) if (existsSync(join(from, name))) copyFileSync(join(from, name), join(to, name))
  } catch (cause) {
    throw new JavasError('BACKUP_FAILED', `erasures cannot be copied to ${target} (${codeOf(cause)})`, { cause })
  }
  process.stdout.write(`erasures: ${names.length} files\n`)
}

interface Key {
  readonly file: string
  readonly variable: string
  readonly isConfigured: boolean
  /** What goes wrong at a start from a copy without it. */
  readonly without: string
  /** What whoever reads it can do. */
  readonly gives: string
}

const keysOf = ({ dataDirectory, secondFactorKey, evidenceKey }: Config): readonly Key[] => [
  {
    file: secondFactorKeyFile(dataDirectory),
    variable: 'JAVAS_SECOND_FACTOR_KEY',
    isConfigured: Boolean(secondFactorKey),
    without: 'no code of an authenticator app is taken, only recovery codes',
    gives: 'the second factor of everybody',
  },
  {
    file: evidenceKeyFile(dataDirectory),
    variable: 'JAVAS_EVIDENCE_KEY',
    isConfigured: Boolean(evidenceKey),
    without: 'packs and receipts are signed by a new key, whose name nobody has been told',
    gives: 'your signature',
  },
]

function backUpKey({ file, variable, isConfigured, without, gives }: Key, target: string, withKeys: boolean): string {
  const name = basename(file)
  if (isConfigured)
    return `${name}: NOT in the copy. It is ${variable}'s: keep that apart from the copy. Without it ${without}.`
  if (!existsSync(file)) return `${name}: none has been made yet`
  if (!withKeys)
    return `${name}: NOT in the copy. Keep ${file} apart from the copy (or copy it with --with-keys). Without it ${without}.`
  try {
    writeFileSync(join(target, name), readFileSync(file), { mode: 0o600, flag: 'wx', flush: true })
  } catch (cause) {
    throw new JavasError('BACKUP_FAILED', `${name} cannot be copied to ${target} (${codeOf(cause)})`, { cause })
  }
  return `${name}: in the copy. Whoever reads the copy has ${gives}: keep it as you keep passwords.`
}
