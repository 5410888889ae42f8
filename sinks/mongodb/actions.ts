/** Operators' actions: each stored once, found by every side, newest first. */
import type { OperatorAction } from '#schemas/types.ts'
import type { ActionPage, ActionQuery } from '../archive.ts'
import { ArchiveError } from '../archive-error.ts'
import type { Bulk } from './bulk.ts'
import type { ActionDocument, Collections } from './collections.ts'
import { placeAt } from './place.ts'

const MAX_CHOICES = 500

/** Of actions of one millisecond the one stored last comes first. The place of one that is there already stays. */
export async function putActions(
  actions: readonly OperatorAction[],
  { actions: collection, erasedActions }: Collections,
  bulk: Bulk,
): Promise<void> {
  if (actions.length === 0) return
  const gone = await erasedActions.find({ _id: { $in: actions.map(({ id }) => id) } }).toArray()
  const isGone = new Set(gone.map(({ _id }) => _id))
  const storedAt = placeAt(Date.now())
  const documents = new Map<string, ActionDocument>()
  actions.forEach(({ details, ...action }, index) => {
    if (documents.has(action.id) || isGone.has(action.id)) return
    documents.set(action.id, {
      _id: action.id,
      place: placeAt(action.at) + storedAt + index.toString(16).padStart(6, '0'),
      ...action,
      details: Object.entries(details).map(([name, value]) => ({ name, value })),
    })
  })
  await bulk.insert(collection, [...documents.values()])
}

/** @param limit actions of the page */
export async function readActions(query: ActionQuery, limit: number, { actions }: Collections): Promise<ActionPage> {
  const { channelId, broadcastId, authorId, by, messageIds, kinds, from, to, cursor } = query
  const equal = Object.entries({ channelId, broadcastId, authorId, by }).filter(([, value]) => value !== undefined)
  const conditions: object[] = equal.map(([name, value]) => ({ [name]: { $eq: value } }))
  for (const [name, values] of Object.entries({ messageId: messageIds, kind: kinds })) {
    if (values === undefined) continue
    if (values.length > MAX_CHOICES) throw new ArchiveError('ARCHIVE_QUERY', `at most ${MAX_CHOICES} of ${name}`)
    conditions.push({ [name]: { $in: [...values] } })
  }
  for (const [sign, value] of Object.entries({ $gte: from, $lt: to })) {
    if (value === undefined) continue
    if (!Number.isFinite(value)) throw new ArchiveError('ARCHIVE_QUERY', 'not a time')
    conditions.push({ place: { [sign]: placeAt(Math.ceil(value)) } })
  }
  if (cursor !== undefined) {
    if (!/^[0-9a-f]{28}$/.test(cursor)) throw new ArchiveError('ARCHIVE_QUERY', 'not a cursor of these actions')
    conditions.push({ place: { $lt: cursor } })
  }
  const found = await actions
    .find(conditions.length > 0 ? { $and: conditions } : {})
    .sort({ place: -1 })
    .limit(limit + 1)
    .toArray()
  const page = found.slice(0, limit)
  return { actions: page.map(actionOf), next: found.length > limit ? page.at(-1)!.place : null }
}

function actionOf({ _id, place, details, ...action }: ActionDocument): OperatorAction {
  return { ...action, details: Object.fromEntries(details.map(({ name, value }) => [name, value])) }
}
