import { readFileSync } from 'node:fs'
import { readConfig } from '../config.ts'
import { type ErasureReceipt, verifyReceipt } from '../erasure/receipt.ts'
import { codeOf, JavasError } from '../errors.ts'
import { runOnData } from '../open-data.ts'
import { printable } from '../printable.ts'
import { personInStores } from '../stores/person-in-stores.ts'
import { writeOutput } from './output.ts'

/** Prints the receipt, or writes it to a file. */
export async function erasePerson(
  channelId: string,
  authorId: string,
  { out }: { readonly out?: string },
): Promise<void> {
  if (authorId === '') throw new JavasError('COMMAND_USAGE', 'whom to erase is empty: give the id of an author')
  let receipt = ''
  for await (const line of runOnData(readConfig(), 'erase-person', { channelId, authorId })) receipt += line
  // Where it cannot be written, the data folder has it as well.
  if (out) writeOutput(out, receipt, { mode: 0o600 })
  else process.stdout.write(receipt)
}

interface VerifyOptions {
  readonly author?: string
  readonly key?: string
}

/**
 * Whether a receipt is unchanged; of whom it is, and whether the stores here know them, where that is said.
 * @throws JavasError ERASURE_RECEIPT_INVALID, ERASURE_NOT_WHOLE; ArchiveError
 */
export async function verifyErasure(file: string, { author, key }: VerifyOptions): Promise<void> {
  const { receipt, keyName } = verifyReceipt(readReceipt(file), author)
  if (key !== undefined && !isKey(keyName, key))
    throw new JavasError('ERASURE_RECEIPT_INVALID', `signed by ${keyName}, expected ${printable(key)}`)
  const { channelId, askedAt, erasedAt, remains } = receipt
  process.stdout.write(
    [
      `signed by the key ${keyName}, unchanged`,
      `${printable(channelId)}: erased by ${printable(erasedAt)}`,
      ...linesOf(receipt),
      author === undefined ? 'whose it is was not asked: --author ID' : 'it is of this person',
      'what remains:',
      ...remains.map((line) => `- ${printable(line)}`),
      '',
    ].join('\n'),
  )
  // What they wrote while it went on may be there or not: each store has its own moment from which they are somebody new.
  if (author !== undefined) await askStores({ channelId, authorId: author }, Date.parse(askedAt))
}

/** Names of 16 digits are those that were printed before there was one name for a key. */
const isKey = (keyName: string, expected: string): boolean =>
  keyName === expected || (/^[0-9a-f]{16}$/.test(expected) && keyName.startsWith(`sha256:${expected}`))

function readReceipt(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new JavasError('ERASURE_RECEIPT_INVALID', `${file} cannot be read (${codeOf(cause)})`, { cause })
  }
}

function linesOf({ erased }: ErasureReceipt): string[] {
  const { log, reports, messages, others, stores = [{ store: 'archive', messages, others }] } = erased
  return [
    ...stores.map((one) => `${printable(one.store)}: ${one.messages} messages, ${one.others} other entries`),
    `${reports} reports, ${log ?? 'no'} records of the log`,
  ]
}

async function askStores(person: { channelId: string; authorId: string }, until: number): Promise<void> {
  const stores = await personInStores(readConfig(), person, until)
  if (stores.length === 0) process.stdout.write('there is no archive here that could be asked\n')
  for (const { store, messages, others } of stores)
    process.stdout.write(
      messages + others === 0
        ? `${store}: nothing of them from before it was asked for\n`
        : `${store}: ${messages} messages and ${others} other entries of them from before it was asked for\n`,
    )
  if (stores.some(({ messages, others }) => messages + others > 0))
    throw new JavasError('ERASURE_NOT_WHOLE', 'the person is not erased everywhere: erase them again')
}
