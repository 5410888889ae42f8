/** Evidence packs and erasures as somebody at a terminal has them: each command a process, and what comes in may be anything. */
import assert from 'node:assert/strict'
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { strToU8, unzipSync, zipSync } from 'fflate'
import { dataFiles } from '#app/config.ts'
import { openArchiveReader, openArchiveWriter } from '#sinks/sqlite-archive.ts'
import { actionOf, batchOf, message, stateOf, T0 } from '#sinks/testing/archive-values.ts'
import { runCommand } from './cluster/role-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'javas-people-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const at = (...names: readonly string[]) => join(folder, ...names)

const on =
  (data: string, more: { readonly [name: string]: string } = {}) =>
  (...args: readonly string[]) =>
    runCommand(args, { JAVAS_KAFKA: undefined, JAVAS_EVIDENCE_KEY: undefined, JAVAS_DATA: at(data), ...more })
const javas = on('data')

before(async () => {
  mkdirSync(at('data'))
  const writer = await openArchiveWriter(dataFiles(at('data')).archive)
  await writer.apply(
    batchOf({
      states: [stateOf({ state: 'ended' })],
      messages: Array.from({ length: 8 }, (_, index) =>
        message(`m${index}`, `말 ${index}`, { author: index === 3 ? 'bad' : `good${index}`, timestamp: T0 + index }),
      ),
      actions: [actionOf('n1', { authorId: 'bad', text: 'seen before' })],
    }),
  )
  await writer.close()
})

/** @param code of the shell @param error in brackets behind the sentence */
function assertRefused(outcome: Awaited<ReturnType<typeof javas>>, code: number, error: string): void {
  assert.match(outcome.stderr, new RegExp(`\\[${error}\\]`))
  assert.doesNotMatch(outcome.stderr, /^\s+at /m, 'a sentence, no stack')
  assert.equal(outcome.code, code, outcome.stderr)
}

const make = (author: string, pack: string, ...more: readonly string[]) =>
  javas('evidence', 'make', '--channel', 'demo:one', '--author', author, '--out', at(pack), ...more)

test('a pack is made, verified, and told from one that another key signed', async () => {
  const made = await make('bad', 'pack.zip', '--message', 'm3', '--around', '1')
  assert.equal(made.code, 0, made.stderr)
  const [key, whole, theirs] = await Promise.all([
    javas('evidence', 'key'),
    javas('evidence', 'verify', at('pack.zip')),
    on('elsewhere')('evidence', 'key'),
  ])
  assert.match(key.stdout, /^sha256:[0-9a-f]{64}\n$/)
  assert.notEqual(theirs.stdout, key.stdout)
  assert.match(whole.stdout, new RegExp(`signed by ${key.stdout.trim()}[^]*whole: every file`))
  assert.equal(whole.code, 0)
  const [ours, foreign] = await Promise.all([
    javas('evidence', 'verify', at('pack.zip'), '--key', key.stdout.trim()),
    javas('evidence', 'verify', at('pack.zip'), '--key', theirs.stdout.trim()),
  ])
  assert.equal(ours.code, 0)
  assertRefused(foreign, 1, 'EVIDENCE_NOT_WHOLE')
  assert.match(foreign.stdout, /^key +signed by sha256:/m)
})

test('what no pack can be made of is refused, and nothing is written', async () => {
  const before = readdirSync(folder)
  // One after the other: each takes the data folder for itself.
  const unknown = await make('nobody', 'unknown.zip', '--message', 'm3')
  const someoneElses = await make('bad', 'else.zip', '--message', 'm4')
  const taken = await make('bad', 'pack.zip', '--message', 'm3')
  const [nothing, noKey] = await Promise.all([
    make('bad', 'none.zip'),
    on('data', { JAVAS_EVIDENCE_KEY: 'no key' })('evidence', 'key'),
  ])
  assertRefused(unknown, 1, 'EVIDENCE_EMPTY')
  assertRefused(someoneElses, 1, 'EVIDENCE_EMPTY')
  assertRefused(nothing, 2, 'COMMAND_USAGE')
  assertRefused(taken, 1, 'OUTPUT_UNWRITABLE')
  assertRefused(noKey, 1, 'EVIDENCE_KEY_INVALID')
  assert.deepEqual(readdirSync(folder), before)
})

test('a pack from outside is read where it lies: paths, bombs, rubbish and changed bytes are told', async () => {
  const pack = readFileSync(at('pack.zip'))
  const files = unzipSync(pack)
  const changed = { ...files, 'messages.csv': Buffer.concat([files['messages.csv']!, Buffer.from('x')]) }
  const foreign = { '../evil.sh': strToU8('x'), '/tmp/javas-evil': strToU8('x'), 'a.txt': strToU8('x') }
  const large = zipSync({ 'pack.json': new Uint8Array(UNPACKED) })
  const packs: { readonly [name: string]: readonly [Uint8Array, RegExp] } = {
    'changed.zip': [zipSync(changed), /^file-changed +messages\.csv$/m],
    'paths.zip': [zipSync(foreign), /^path +\.\.\/evil\.sh$[\s\S]*^path +\/tmp\/javas-evil$/m],
    'bomb.zip': [sayingOf(large, 300 * 1024 * 1024), /^too-large/m],
    'lying.zip': [sayingOf(large, 10), /^file-missing/m],
    'cut.zip': [pack.subarray(0, 700), /^unreadable/m],
    'text.zip': [strToU8('no zip'), /^unreadable/m],
    'empty.zip': [new Uint8Array(), /^unreadable/m],
  }
  mkdirSync(at('outside'))
  for (const [name, [bytes]] of Object.entries(packs)) writeFileSync(at('outside', name), bytes)
  const told = await Promise.all(Object.keys(packs).map((name) => javas('evidence', 'verify', at('outside', name))))
  for (const [index, [name, [, problem]]] of Object.entries(packs).entries()) {
    assert.match(told[index]!.stdout, problem, name)
    assertRefused(told[index]!, 1, 'EVIDENCE_NOT_WHOLE')
  }
  assert.deepEqual(readdirSync(at('outside')).sort(), Object.keys(packs).sort())
  assert.ok(!existsSync(at('evil.sh')) && !existsSync('/tmp/javas-evil'))
  const [missing, isFolder] = await Promise.all([
    javas('evidence', 'verify', at('nowhere.zip')),
    javas('evidence', 'verify', folder),
  ])
  assertRefused(missing, 1, 'EVIDENCE_UNREADABLE')
  assertRefused(isFolder, 1, 'EVIDENCE_UNREADABLE')
})

const UNPACKED = 5_000_011

/** A zip that says something else of how much it unpacks to: in the header of the file and in the directory. */
function sayingOf(zip: Uint8Array, size: number): Buffer {
  const bytes = Buffer.from(zip)
  const was = Buffer.alloc(4)
  was.writeUInt32LE(UNPACKED)
  let places = 0
  for (let at = bytes.indexOf(was); at >= 0; at = bytes.indexOf(was, at)) {
    bytes.writeUInt32LE(size, at)
    places += 1
  }
  assert.equal(places, 2)
  return bytes
}

test('a person is erased with a signed receipt, which is verified against the archive at hand', async () => {
  cpSync(at('data'), at('backup'), { recursive: true })
  const unsure = await javas('erase-person', 'demo:one', 'bad')
  assert.notEqual(unsure.code, 0, 'without --yes nothing goes')
  const erased = await javas('erase-person', 'demo:one', 'bad', '--yes', '--out', at('receipt.json'))
  assert.equal(erased.code, 0, erased.stderr)
  const archive = openArchiveReader(dataFiles(at('data')).archive)
  assert.equal(await archive.message('demo:one', 'm3'), null)
  assert.equal((await archive.search({ includeDeleted: true })).total, 7)
  assert.deepEqual((await archive.actions({ authorId: 'bad' })).actions, [])
  await archive.close()

  const verify = (...more: readonly string[]) => javas('erasure', 'verify', at('receipt.json'), ...more)
  const key = (await javas('evidence', 'key')).stdout.trim()
  const [plain, theirs, ofOther, digits, wrongKey, onBackup, noArchive] = await Promise.all([
    verify(),
    verify('--author', 'bad', '--key', key),
    verify('--author', 'good1'),
    verify('--key', key.slice('sha256:'.length, 'sha256:'.length + 16)),
    verify('--key', `sha256:${'0'.repeat(64)}`),
    on('backup')('erasure', 'verify', at('receipt.json'), '--author', 'bad'),
    on('nowhere')('erasure', 'verify', at('receipt.json'), '--author', 'bad'),
  ])
  assert.match(plain.stdout, new RegExp(`signed by the key ${key}, unchanged[^]*archive: 1 messages`))
  assert.match(theirs.stdout, /^archive: nothing of them from before it was asked for$/m)
  for (const { code, stderr } of [plain, theirs, digits, noArchive]) assert.equal(code, 0, stderr)
  assertRefused(ofOther, 1, 'ERASURE_RECEIPT_INVALID')
  assertRefused(wrongKey, 1, 'ERASURE_RECEIPT_INVALID')
  // A backup that was put back has them again.
  assertRefused(onBackup, 1, 'ERASURE_NOT_WHOLE')
  assert.match(onBackup.stdout, /^archive: 1 messages and \d+ other entries/m)
  assert.match(noArchive.stdout, /no archive here/)
})

test('somebody unknown is erased without harm, nobody is refused, and a receipt that was changed is told', async () => {
  const text = readFileSync(at('receipt.json'), 'utf8')
  writeFileSync(at('changed.json'), text.replace('"messages": 1', '"messages": 0'))
  writeFileSync(at('rubbish.json'), '{"format":"javas-erasure-receipt-2"}')
  const [unknown, changed, rubbish, missing, nobody] = await Promise.all([
    javas('erase-person', 'demo:one', '../../etc/passwd', '--yes'),
    javas('erasure', 'verify', at('changed.json')),
    javas('erasure', 'verify', at('rubbish.json')),
    javas('erasure', 'verify', at('nowhere.json')),
    on('elsewhere')('erase-person', 'demo:one', '', '--yes'),
  ])
  assert.equal(unknown.code, 0, unknown.stderr)
  assert.equal(JSON.parse(unknown.stdout).erased.messages, 0)
  assert.ok(!unknown.stdout.includes('passwd'), 'nobody is named')
  for (const one of [changed, rubbish, missing]) assertRefused(one, 1, 'ERASURE_RECEIPT_INVALID')
  assertRefused(nobody, 2, 'COMMAND_USAGE')
})

test('a receipt of the first format still verifies', async () => {
  const { privateKey } = generateKeyPairSync('ed25519')
  writeFileSync(at('old.json'), JSON.stringify(oldReceipt('bad', privateKey), null, 2))
  const { code, stdout, stderr } = await on('nowhere')('erasure', 'verify', at('old.json'), '--author', 'bad')
  assert.equal(code, 0, stderr)
  assert.match(stdout, /^archive: 4 messages, 2 other entries\n1 reports, 9 records of the log$/m)
})

/** As it was signed until there was a list of stores in it. */
function oldReceipt(authorId: string, key: KeyObject) {
  const salt = '0123456789abcdef0123456789abcdef'
  const unsigned = {
    format: 'javas-erasure-receipt-1',
    channelId: 'demo:one',
    person: { salt, hash: createHash('sha256').update(`${salt}\0demo:one\0${authorId}`).digest('hex') },
    askedAt: new Date(T0).toISOString(),
    erasedAt: new Date(T0).toISOString(),
    erased: { log: 9, messages: 4, others: 2, reports: 1 },
    remains: ['what other people wrote'],
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64'),
  }
  return { ...unsigned, signature: sign(null, Buffer.from(JSON.stringify(unsigned)), key).toString('base64') }
}

const LINES = 25_000
const LINE = 4_200
const MIB = 1024 * 1024

test('100 MB of messages are written to a file by a process whose heap holds none of them', async (t) => {
  mkdirSync(at('large'))
  const writer = await openArchiveWriter(dataFiles(at('large')).archive)
  for (let from = 0; from < LINES; from += 1_000)
    await writer.apply(
      batchOf({
        messages: Array.from({ length: 1_000 }, (_, index) =>
          message(`m${from + index}`, 'a', { timestamp: T0 + from + index, raw: 'x'.repeat(LINE) }),
        ),
      }),
    )
  await writer.close()
  const download = (heapMb: number, ...more: readonly string[]) =>
    on('large', { NODE_OPTIONS: `--max-old-space-size=${heapMb} --import=${RSS_HOOK}` })(
      'archive',
      'download',
      '--format',
      'jsonl',
      ...more,
    )
  const done = await download(80, '--out', at('large.jsonl'))
  assert.equal(done.code, 0, done.stderr)
  const { size } = statSync(at('large.jsonl'))
  assert.ok(size > 100 * MIB, `${size} bytes`)
  const peak = Number(/^peak (\d+) KiB$/m.exec(done.stderr)![1]) / 1024
  t.diagnostic(`${Math.round(size / MIB)} MiB written, ${Math.round(peak)} MiB of memory at most`)
  // Node itself, the program and SQLite's caches are about 130 MiB of it.
  assert.ok(peak < 260, `${peak} MiB at its peak`)
  assertRefused(await download(80, '--out', '/dev/full'), 1, 'OUTPUT_UNWRITABLE')
})

/** Tells at the end how much memory the process ever had. */
const RSS_HOOK = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS + ' KiB\\n'))",
)}`
