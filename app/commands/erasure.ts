import { readFileSync, writeFileSync } from 'node:fs'
import { readConfig } from '../config.ts'
import { verifyReceipt } from '../erasure/receipt.ts'
import { codeOf, JavasError } from '../errors.ts'
import { runOnData } from '../open-data.ts'

/** Prints the receipt, or writes it to a file. */
export async function erasePerson(
  channelId: string,
  authorId: string,
  { out }: { readonly out?: string },
): Promise<void> {
  let receipt = ''
  for await (const line of runOnData(readConfig(), 'erase-person', { channelId, authorId })) receipt += line
  if (out) writeFileSync(out, receipt, { mode: 0o600 })
  else process.stdout.write(receipt)
}

export function verifyErasure(file: string, { author }: { readonly author?: string }): void {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new JavasError('ERASURE_RECEIPT_INVALID', `${file} cannot be read (${codeOf(cause)})`, { cause })
  }
  const { receipt, fingerprint } = verifyReceipt(text, author)
  const { channelId, erasedAt, erased, remains } = receipt
  process.stdout.write(
    `signed by the key ${fingerprint}, unchanged\n` +
      `${channelId}: ${erased.messages} messages, ${erased.others} other entries, ${erased.reports} reports and ${erased.log ?? 'no'} records of the log erased by ${erasedAt}\n` +
      `${author === undefined ? 'whose it is was not asked: --author ID' : 'it is of this person'}\n` +
      `what remains:\n${remains.map((line) => `- ${line}\n`).join('')}`,
  )
}
