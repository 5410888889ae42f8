import type { OperatorAction } from '#schemas/types.ts'
import type { ArchivedMessage, ArchiveReader } from '../archive.ts'
import { type EvidenceContents, EvidenceError, type EvidenceRecord, type EvidenceRequest } from './evidence.ts'

const MOST_CHOSEN = 500
const MOST_MESSAGES = 5_000
const MOST_AROUND = 20
const PAGE = 500
const ABOUT_PERSON = ['note', 'sanction', 'author-allowed', 'author-flagged', 'evidence']

type Source = Pick<
  ArchiveReader,
  'message' | 'search' | 'context' | 'actions' | 'platformSanctions' | 'rulesVersions' | 'author'
>

/** @throws {EvidenceError} EVIDENCE_EMPTY where nothing of the author is chosen, EVIDENCE_TOO_LARGE */
export async function collectEvidence(
  archive: Source,
  request: EvidenceRequest,
  made: { readonly at: number; readonly by: string; readonly program: string },
): Promise<EvidenceContents> {
  const { channelId, authorId } = request
  const chosen = await chosenMessages(archive, request)
  if (chosen.length === 0) throw new EvidenceError('EVIDENCE_EMPTY', "none of the chosen messages is this author's")
  const around = Math.min(Math.max(Math.trunc(request.around) || 0, 0), MOST_AROUND)
  const messages = new Map(chosen.map((message) => [message.message.id, message]))
  for (const { message } of around > 0 ? chosen : []) {
    for (const near of await archive.context(channelId, message.id, { before: around, after: around }))
      if (!messages.has(near.message.id)) messages.set(near.message.id, near)
    if (messages.size > MOST_MESSAGES)
      throw new EvidenceError(
        'EVIDENCE_TOO_LARGE',
        `more than ${MOST_MESSAGES} messages: choose fewer, or less around them`,
      )
  }
  const versions = await archive.rulesVersions(channelId, PAGE)
  const isChosen = new Set(chosen.map(({ message }) => message.id))
  const inOrder = [...messages.values()].sort(
    (a, b) => a.message.timestamp - b.message.timestamp || (a.message.id < b.message.id ? -1 : 1),
  )
  const sanctions = await archive.platformSanctions(channelId, authorId, PAGE)
  return {
    channelId,
    authorId,
    names: (await archive.author(channelId, authorId))?.names ?? [],
    madeAt: made.at,
    madeBy: made.by,
    program: made.program,
    records: [
      ...inOrder.map(
        (message): EvidenceRecord => ({
          kind: 'message',
          role: isChosen.has(message.message.id) ? 'chosen' : 'context',
          rulesVersion: versions.find(({ updatedAt }) => updatedAt <= message.analyzedAt)?.version ?? 0,
          message,
        }),
      ),
      ...(await actionsAbout(archive, request, [...messages.keys()])).map(
        (action): EvidenceRecord => ({ kind: 'action', action }),
      ),
      ...[...sanctions].reverse().map((sanction): EvidenceRecord => ({ kind: 'platform-sanction', sanction })),
    ],
  }
}

async function chosenMessages(archive: Source, request: EvidenceRequest): Promise<readonly ArchivedMessage[]> {
  const { channelId, authorId, messages } = request
  const tooMany = () => new EvidenceError('EVIDENCE_TOO_LARGE', `at most ${MOST_CHOSEN} messages are chosen at once`)
  if ('from' in messages) {
    const page = await archive.search({
      ...{ channelId, authorId, includeDeleted: true, order: 'oldest', limit: MOST_CHOSEN },
      ...{ from: messages.from, to: messages.to },
    })
    if (page.next !== null) throw tooMany()
    return page.messages
  }
  const ids = [...new Set(messages)]
  if (ids.length > MOST_CHOSEN) throw tooMany()
  const found = await Promise.all(ids.map((id) => archive.message(channelId, id)))
  return found.filter((message): message is ArchivedMessage => message?.message.author.id === authorId)
}

/** What was noted and decided of the author, and who saw which original; oldest first. */
async function actionsAbout(
  archive: Source,
  { channelId, authorId }: EvidenceRequest,
  ids: readonly string[],
): Promise<readonly OperatorAction[]> {
  const found = new Map<string, OperatorAction>()
  const take = async (query: Parameters<Source['actions']>[0]) => {
    for (let cursor: string | undefined; ; ) {
      const { actions, next } = await archive.actions({ ...query, limit: PAGE, ...(cursor && { cursor }) })
      for (const action of actions) found.set(action.id, action)
      if (next === null) return
      cursor = next
    }
  }
  await take({ channelId, authorId, kinds: ABOUT_PERSON })
  for (let at = 0; at < ids.length; at += PAGE)
    await take({ channelId, messageIds: ids.slice(at, at + PAGE), kinds: ['reveal'] })
  return [...found.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
}
