import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { strFromU8, strToU8, unzipSync, type Zippable, zipSync } from 'fflate'
import type { ArchivedMessage } from '../archive.ts'
import { openArchiveReader, openArchiveWriter } from '../sqlite-archive.ts'
import { actionOf, batchOf, message, T0 } from '../testing/archive-values.ts'
import { collectEvidence } from './collect-evidence.ts'
import type { EvidenceContents } from './evidence.ts'
import { keyNameOf, publicKeyOf, sealEvidence } from './seal-evidence.ts'
import { verifyEvidence } from './verify-evidence.ts'

const hostile = '<img src=x onerror=alert(1)> =cmd'
const made = { at: T0 + 1_000, by: 'kim', program: '0.1.0' }
const { privateKey } = generateKeyPairSync('ed25519')
const archived = (id: string, text: string, at: number): ArchivedMessage => ({
  ...message(id, text, { author: 'bad', timestamp: T0 + at, severity: 2 }),
  deletedAt: null,
})
const contents: EvidenceContents = {
  ...{ channelId: 'demo:one', authorId: 'bad', names: [hostile], madeAt: T0, madeBy: 'kim', program: '0.1.0' },
  records: [
    { kind: 'message', role: 'chosen', rulesVersion: 3, message: archived('m1', hostile, 0) },
    { kind: 'message', role: 'context', rulesVersion: 0, message: archived('m2', '=SUM(A1)', 1) },
    { kind: 'action', action: actionOf('a1', { kind: 'reveal', messageId: 'm1', authorId: 'bad' }) },
    {
      kind: 'platform-sanction',
      sanction: { channelId: 'demo:one', broadcastId: 'first', authorId: 'bad', id: 's1', at: T0 + 5, seconds: 600 },
    },
  ],
}
const sealed = () => sealEvidence(contents, privateKey)
const problemsOf = (pack: Uint8Array, key: string | null = null) =>
  verifyEvidence(pack, key).problems.map(({ kind, what }) => `${kind}: ${what}`)
/** The pack with its files as `change` leaves them. */
async function tampered(change: (files: Record<string, Uint8Array>) => void): Promise<Uint8Array> {
  const files = unzipSync(await sealed())
  change(files)
  return zipSync(files as Zippable)
}
const edited = (name: string, from: string, to: string) =>
  tampered((files) => {
    const text = strFromU8(files[name]!)
    assert.ok(text.includes(from))
    files[name] = strToU8(text.replace(from, to))
  })

test('a pack as it was made is whole, says whose key signed it, and every text in it is escaped', async () => {
  const pack = await sealed()
  const verdict = verifyEvidence(pack, keyNameOf(publicKeyOf(privateKey)))
  assert.deepEqual(verdict.problems, [])
  assert.deepEqual([verdict.entries, verdict.madeAt], [4, T0])
  const files = unzipSync(pack)
  const page = strFromU8(files['index.html']!)
  assert.equal(page.includes('<img'), false)
  assert.ok(
    page.includes('<mark>&lt;</mark>img src=x onerror'),
    'the text is there, marked where a rule found something',
  )
  assert.ok(page.includes("default-src 'none'"))
  assert.ok(strFromU8(files['messages.csv']!).includes("'=SUM(A1)"), 'no formula')
})

test('a changed byte is found in whichever file it is, and in pack.json its entry is named', async () => {
  assert.deepEqual(problemsOf(await edited('messages.csv', 'demo:one', 'demo:two')), ['file-changed: messages.csv'])
  assert.deepEqual(problemsOf(await edited('index.html', 'Evidence', 'Nothing')), ['file-changed: index.html'])
  assert.deepEqual(problemsOf(await edited('pack.json', '=SUM(A1)', '=SUM(A2)')), [
    'file-changed: pack.json',
    'entry-changed: entry 2',
  ])
  assert.match(problemsOf(await edited('manifest.json', '"entries": 4', '"entries": 3'))[0]!, /^signature/)
})

test('a removed, a swapped and a cut-off entry is named', async () => {
  const change = (work: (entries: unknown[]) => void) =>
    tampered((files) => {
      const pack = JSON.parse(strFromU8(files['pack.json']!))
      work(pack.entries)
      files['pack.json'] = strToU8(JSON.stringify(pack))
    })
  const removed = problemsOf(await change((entries) => entries.splice(1, 1)))
  assert.ok(removed.includes('entry-missing: entry 2'), removed.join())
  const cut = problemsOf(await change((entries) => entries.splice(2, 2)))
  assert.ok(cut.includes('entry-missing: entries 3 to 4'), cut.join())
  const swapped = problemsOf(await change((entries) => entries.reverse()))
  assert.ok(
    swapped.some((problem) => problem.startsWith('entry-')),
    swapped.join(),
  )
})

test('a missing and an added file is named, and so is one that would be unpacked elsewhere', async () => {
  assert.deepEqual(problemsOf(await tampered((files) => delete files['messages.csv'])), ['file-missing: messages.csv'])
  assert.deepEqual(problemsOf(await tampered((files) => (files['extra.txt'] = strToU8('x')))), [
    'file-added: extra.txt',
  ])
  for (const name of ['../evil.sh', '/etc/passwd', 'a/../../b', '..\\evil', 'C:\\evil'])
    assert.deepEqual(problemsOf(await tampered((files) => (files[name] = strToU8('x')))), [`path: ${name}`])
})

test('another key is told apart: whoever signs a changed pack anew signs with their own', async () => {
  const other = generateKeyPairSync('ed25519').privateKey
  const forged = await sealEvidence({ ...contents, names: ['somebody else'] }, other)
  assert.deepEqual(problemsOf(forged), [], 'whole, but by whom?')
  assert.match(problemsOf(forged, keyNameOf(publicKeyOf(privateKey)))[0]!, /^key: signed by sha256:/)
  const files = unzipSync(forged)
  const swapped = await tampered((mine) => (mine['manifest.sig'] = files['manifest.sig']!))
  assert.match(problemsOf(swapped)[0]!, /^signature/)
})

test('what unpacks to more than a pack can be is not unpacked, and rubbish is told', async () => {
  const zeros = new Uint8Array(300 * 1024 * 1024)
  const bomb = zipSync({ 'pack.json': [zeros, { level: 9 }] })
  assert.ok(bomb.length < 1024 * 1024)
  assert.match(problemsOf(bomb)[0]!, /^too-large/)
  assert.match(problemsOf(strToU8('not a zip'))[0]!, /^unreadable/)
  assert.match(problemsOf((await sealed()).subarray(0, 500))[0]!, /^unreadable/)
})

test('chosen messages come with what stood around them, who saw them, and the rules that judged them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'javas-evidence-'))
  const path = join(folder, 'archive.db')
  const writer = await openArchiveWriter(path)
  const reader = openArchiveReader(path)
  try {
    await writer.apply(
      batchOf({
        messages: Array.from({ length: 7 }, (_, at) =>
          message(`m${at}`, `text ${at}`, { author: at === 3 ? 'bad' : 'good', timestamp: T0 + at }),
        ),
        actions: [
          actionOf('r1', { kind: 'reveal', messageId: 'm2', at: T0 + 50 }),
          actionOf('r2', { kind: 'reveal', messageId: 'm6', at: T0 + 51 }),
          actionOf('n1', { kind: 'note', authorId: 'bad', text: 'seen before', at: T0 + 40 }),
        ],
        rules: [
          {
            channelId: 'demo:one',
            version: 4,
            rules: [],
            allowedAuthors: [],
            dictionary: [],
            updatedAt: T0 - 5,
            updatedBy: 'kim',
          },
        ],
      }),
    )
    const request = { channelId: 'demo:one', authorId: 'bad', messages: ['m3', 'm4'], around: 1 }
    const collected = await collectEvidence(reader, request, made)
    assert.deepEqual(
      collected.records.map((record) =>
        record.kind === 'message'
          ? `${record.message.message.id} ${record.role} ${record.rulesVersion}`
          : record.kind === 'action'
            ? record.action.id
            : '',
      ),
      ['m2 context 4', 'm3 chosen 4', 'm4 context 4', 'n1', 'r1'],
    )
    const range = { ...request, messages: { from: T0, to: T0 + 100 }, around: 0 }
    assert.equal(
      (await collectEvidence(reader, range, made)).records.filter(({ kind }) => kind === 'message').length,
      1,
    )
    assert.deepEqual(verifyEvidence(await sealEvidence(collected, privateKey), null).problems, [])
    await assert.rejects(collectEvidence(reader, { ...request, messages: ['m4'] }, made), { code: 'EVIDENCE_EMPTY' })
  } finally {
    await reader.close()
    await writer.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
