import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Link, useLoaderData } from '@remix-run/react'
import type { RulesChange } from '#processors/channel-rules/change-rules.ts'
import { requireRoleIn } from '../access.ts'
import { parseChannelId } from '../channel-path.ts'
import { channelZone } from '../channel-zone.server.ts'
import { AllowedAuthors } from '../components/rules/allowed-authors.tsx'
import { DictionaryEditor } from '../components/rules/dictionary-editor.tsx'
import { NewRules } from '../components/rules/new-rules.tsx'
import { RuleHistory } from '../components/rules/rule-history.tsx'
import { RuleTable } from '../components/rules/rule-table.tsx'
import { SiteHeader } from '../components/site-header.tsx'
import { errorCode } from '../error-code.ts'
import { dictionaryOf, draftOf } from '../read-rules-form.ts'
import { useText } from '../text/language.tsx'
import { pageTitle } from '../text/page-title.ts'

const BROADCASTS = 200
const CHOICES = 20
const VERSIONS = 50
const PAGE = 100

export async function loader({ params, context, request }: LoaderFunctionArgs) {
  const channelId = parseChannelId(params.channelId)
  requireRoleIn(context, 'moderator', channelId, request)
  if (!channelId) throw new Response(null, { status: 404 })
  const { searchParams } = new URL(request.url)
  const query = (searchParams.get('q') ?? '').slice(0, 100).toLowerCase()
  const page = Math.max(1, Math.min(1_000, Number(searchParams.get('page')) || 1))
  const rules = await context.commands.rules(channelId)
  const broadcasts = (await context.archive.broadcasts({ limit: BROADCASTS })).filter(
    (broadcast) => broadcast.channelId === channelId,
  )
  const found = rules.rules.filter(({ pattern, note }) => `${pattern}\n${note}`.toLowerCase().includes(query)).reverse()
  return {
    channelId,
    channelZone: channelZone(context, channelId),
    channelName: broadcasts[0]?.channelName || channelId,
    version: rules.version,
    updatedAt: rules.updatedAt,
    updatedBy: rules.updatedBy,
    allowedAuthors: rules.allowedAuthors,
    dictionary: rules.dictionary,
    total: rules.rules.length,
    query,
    page,
    pages: Math.max(1, Math.ceil(found.length / PAGE)),
    found: found.length,
    rows: found.slice((page - 1) * PAGE, page * PAGE),
    versions: await context.archive.rulesVersions(channelId, VERSIONS),
    broadcasts: broadcasts
      .slice(0, CHOICES)
      .map(({ broadcastId, title, startedAt }) => ({ broadcastId, title, startedAt })),
  }
}

/** What can go wrong is told by its code, and of many rules which one is wrong. */
export type RulesAnswer =
  | { readonly version: number }
  | { readonly code: string; readonly message: string; readonly place: number | null }

export async function action({ params, context, request }: ActionFunctionArgs) {
  const channelId = parseChannelId(params.channelId)
  const person = requireRoleIn(context, 'moderator', channelId, request)
  if (!channelId) throw new Response(null, { status: 404 })
  const form = await request.formData()
  const refuse = (code: string, message = '', place: number | null = null) =>
    data<RulesAnswer>({ code, message, place }, { status: code === 'RULES_CHANGED' ? 409 : 400 })
  const expected = Number(form.get('version'))
  if (!Number.isSafeInteger(expected)) return refuse('RULE_INVALID')
  const change = await changeOf(form, (version) => context.archive.rulesVersion(channelId, version))
  if (!change) return refuse('RULES_UNKNOWN')
  try {
    const { version } = await context.commands.changeRules(channelId, change, person.name, expected)
    await context.act({
      kind: 'rules-changed',
      channelId,
      ...('authorId' in change && { authorId: change.authorId }),
      details: { change: change.kind, version: String(version) },
    })
    return data<RulesAnswer>({ version })
  } catch (cause) {
    const code = errorCode(cause, 'CommandError')
    if (!code) throw cause
    const { message, place } = cause as { message: string; place: number | null }
    return refuse(code, message, place)
  }
}

async function changeOf(
  form: FormData,
  versionOf: (version: number) => Promise<Extract<RulesChange, { kind: 'restore' }>['from'] | null>,
): Promise<RulesChange | null> {
  switch (form.get('intent')) {
    case 'add':
      return { kind: 'add', rules: draftOf(form) }
    case 'remove':
      return { kind: 'remove', ids: form.getAll('id').map(String) }
    case 'flag-author':
      return { kind: 'flag-author', authorId: String(form.get('authorId')) }
    case 'dictionary':
      return { kind: 'dictionary', words: dictionaryOf(String(form.get('words') ?? '')) }
    case 'restore': {
      const from = await versionOf(Number(form.get('restored')))
      return from && { kind: 'restore', from }
    }
    default:
      return null
  }
}

export const meta: MetaFunction = ({ matches }) => pageTitle(matches, (t) => t.rules.title)

export default function ChannelRulesPage() {
  const loaded = useLoaderData<typeof loader>()
  const { t, format } = useText()
  const { channelName, version, updatedAt, updatedBy, total } = loaded
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="rules-page">
        <header className="sheet-section">
          <h1>
            {t.rules.title} <span className="muted">— {channelName}</span>
          </h1>
          <p className="muted">
            {version === 0
              ? t.rules.none
              : `${t.rules.version(version)} · ${t.rules.count(total)} · ${updatedBy} · ${format.dateTime(updatedAt)}`}
          </p>
          <p className="note">{t.rules.intro}</p>
        </header>
        <NewRules {...loaded} />
        <RuleTable {...loaded} />
        <div className="rules-pair">
          <AllowedAuthors {...loaded} />
          <DictionaryEditor {...loaded} />
        </div>
        <RuleHistory {...loaded} />
        <p className="sheet-section note">
          <Link to="/archive">{t.rules.toArchive}</Link>
        </p>
      </main>
    </div>
  )
}
