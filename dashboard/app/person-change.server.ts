/** What a moderator writes on a person's page: notes, sanctions, and whether the person's messages are judged at all. */
import { NOTE, SANCTION, type Sanction, sanctionDetails, sanctionOf } from '#processors/sanction.ts'
import type { DashboardContext, Identity, PersonsAction } from './context.ts'
import { untilArchived } from './until-archived.server.ts'

const LONGEST_TEXT = 2_000

/** What was done, for the page to say; null when the form asks for something that cannot be. */
export async function personChange(
  context: DashboardContext,
  person: Identity,
  place: { readonly channelId: string; readonly authorId: string },
  form: FormData,
): Promise<string | null> {
  const intent = form.get('intent')
  const text = String(form.get('text') ?? '')
    .trim()
    .slice(0, LONGEST_TEXT)
  if (intent === 'allow' || intent === 'flag') {
    const kind = intent === 'allow' ? 'allow-author' : 'flag-author'
    await context.commands.changeRules(place.channelId, { kind, authorId: place.authorId }, person.name)
    await write(context, { kind: intent === 'allow' ? 'author-allowed' : 'author-flagged', ...place, text })
    return intent === 'allow' ? 'author-allowed' : 'author-flagged'
  }
  const messageId = await ownMessage(context, place, String(form.get('message') ?? '').trim())
  if (messageId === null) return null
  if (intent === 'note') {
    if (text === '') return null
    await write(context, { kind: NOTE, ...place, messageId, text })
    return NOTE
  }
  if (intent !== 'sanction') return null
  const asked = { kind: form.get('sanction') as Sanction['kind'], minutes: Number(form.get('minutes')) }
  const details = sanctionDetails(asked)
  if (sanctionOf({ kind: SANCTION, details }) === null) return null
  await write(context, { kind: SANCTION, ...place, messageId, text, details })
  return SANCTION
}

/** '' where none is meant; null where it is no message of this person. */
async function ownMessage(
  { archive }: DashboardContext,
  { channelId, authorId }: { readonly channelId: string; readonly authorId: string },
  id: string,
): Promise<string | null> {
  if (id === '') return ''
  const found = id.length <= 300 ? await archive.message(channelId, id) : null
  return found?.message.author.id === authorId ? id : null
}

async function write(context: DashboardContext, action: PersonsAction): Promise<void> {
  const from = Date.now()
  await context.act(action)
  const { channelId, authorId, kind } = action
  await untilArchived(
    context.archive,
    { channelId: channelId!, authorId: authorId!, kinds: [kind] },
    (found) => found.at >= from && found.text === (action.text ?? ''),
  )
}
