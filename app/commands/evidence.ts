import { readFileSync, statSync } from 'node:fs'
import type { EvidenceContents } from '#sinks/evidence/evidence.ts'
import { sealEvidence } from '#sinks/evidence/seal-evidence.ts'
import { MOST_PACKED, verifyEvidence } from '#sinks/evidence/verify-evidence.ts'
import { readConfig } from '../config.ts'
import { codeOf, JavasError } from '../errors.ts'
import { evidenceKey, evidenceKeyName } from '../evidence/evidence-key.ts'
import { runOnData } from '../open-data.ts'
import { printable } from '../printable.ts'
import { writeOutput } from './output.ts'

interface MakeOptions {
  readonly channel: string
  readonly author: string
  readonly message?: readonly string[]
  readonly from?: number
  readonly to?: number
  readonly around: number
  readonly out: string
}

/** Collects where the archive is, and signs here. */
export async function makeEvidence({ channel, author, message, from, to, around, out }: MakeOptions): Promise<void> {
  if (!message && from === undefined)
    throw new JavasError('COMMAND_USAGE', 'say which messages: --message ID..., or --from TIME [--to TIME]')
  const config = readConfig()
  // Before anything is collected: a key that cannot sign is told at once.
  const key = evidenceKey(config)
  const messages = message ?? { from: from!, to: to ?? Date.now() }
  const request = { channelId: channel, authorId: author, messages, around }
  let text = ''
  for await (const line of runOnData(config, 'evidence-collect', request)) text += line
  const contents = JSON.parse(text) as EvidenceContents
  writeOutput(out, await sealEvidence(contents, key), { flag: 'wx', mode: 0o600 })
  process.stdout.write(`${out}: ${contents.records.length} entries, signed by ${evidenceKeyName(key)}\n`)
}

/** Prints every problem that a pack has. @throws JavasError EVIDENCE_NOT_WHOLE */
export function verify(file: string, options: { readonly key?: string }): void {
  const verdict = verifyEvidence(readPack(file), options.key ?? null)
  for (const { kind, what } of verdict.problems) process.stdout.write(`${kind.padEnd(14)} ${printable(what)}\n`)
  const { keyName, entries, madeAt } = verdict
  if (keyName)
    process.stdout.write(
      `${entries} entries, made ${madeAt === null ? '?' : new Date(madeAt).toISOString()}\nsigned by ${keyName}${
        options.key ? '' : ': compare it with the one that "javas evidence key" prints where the pack was made'
      }\n`,
    )
  if (verdict.problems.length > 0)
    throw new JavasError('EVIDENCE_NOT_WHOLE', `${file} is not as it was signed: ${verdict.problems.length} problems`)
  process.stdout.write('whole: every file and entry is as it was signed\n')
}

export function showKey(): void {
  process.stdout.write(`${evidenceKeyName(evidenceKey(readConfig()))}\n`)
}

function readPack(file: string): Uint8Array {
  try {
    const { size } = statSync(file)
    if (size > MOST_PACKED) throw new JavasError('EVIDENCE_NOT_WHOLE', `${file} is too large for a pack: ${size} bytes`)
    return readFileSync(file)
  } catch (cause) {
    if (cause instanceof JavasError) throw cause
    throw new JavasError('EVIDENCE_UNREADABLE', `${file} cannot be read (${codeOf(cause)})`, { cause })
  }
}
