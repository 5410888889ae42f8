/** Where a person is erased: asked once more, then done, then the receipt. For the owner alone. */
import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Form, useActionData, useLoaderData, useNavigation } from '@remix-run/react'
import { requireRole, requireRoleIn } from '../access.ts'
import { parseChannelId } from '../channel-path.ts'
import { Icon } from '../components/icon.tsx'
import { SiteHeader } from '../components/site-header.tsx'
import { errorCode } from '../error-code.ts'
import { readPreferences } from '../preferences.ts'
import { eraseTexts, useEraseText } from '../text/erase-text.ts'
import { useText } from '../text/language.tsx'

const LONGEST_ID = 500

function personOf(params: LoaderFunctionArgs['params']) {
  const channelId = parseChannelId(params.channelId)
  const { authorId = '' } = params
  if (!channelId || authorId === '' || authorId.length > LONGEST_ID) throw new Response(null, { status: 404 })
  return { channelId, authorId }
}

export async function loader({ params, context, request }: LoaderFunctionArgs) {
  requireRole(context, 'viewer', request)
  const { channelId, authorId } = personOf(params)
  requireRoleIn(context, 'owner', channelId, request)
  const history = await context.archive.author(channelId, authorId)
  const { language } = readPreferences(request)
  const channel = (await context.archive.broadcasts({ channelIds: [channelId], limit: 1 }))[0]?.channelName || channelId
  return { channel, name: history?.names[0] ?? authorId, pageTitle: eraseTexts[language].title }
}

type Answer = { readonly receipt: string } | { readonly code: string }

export async function action({ params, context, request }: ActionFunctionArgs) {
  requireRole(context, 'viewer', request)
  const { channelId, authorId } = personOf(params)
  requireRoleIn(context, 'owner', channelId, request)
  try {
    // Without the person: an audit that names them would keep what was to be erased.
    await context.act({ kind: 'erase', channelId })
    return data<Answer>({ receipt: await context.commands.erasePerson(channelId, authorId) })
  } catch (cause) {
    const code = errorCode(cause, 'CommandError')
    if (!code) throw cause
    return data<Answer>({ code }, { status: 400 })
  }
}

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.pageTitle ?? ''} — JAVAS` }]

export default function PersonErase() {
  const { channel, name } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const isErasing = useNavigation().state === 'submitting'
  const { t } = useText()
  const e = useEraseText()
  const receipt = answer && 'receipt' in answer ? answer.receipt : null
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="sheet-page">
        <section className="sheet-section">
          <h1>{e.title}</h1>
          {receipt === null ? (
            <Form method="post" className="stack">
              <p>
                <bdi>{e.ask(name, channel)}</bdi>
              </p>
              <p className="note">{e.remains}</p>
              {answer && 'code' in answer && (
                <p className="error" role="alert">
                  {t.errors[answer.code] ?? t.errors.COMMAND_FAILED}
                </p>
              )}
              <p>
                <button type="submit" className="button danger" disabled={isErasing}>
                  <Icon name="trash" /> {isErasing ? e.erasing : e.confirm}
                </button>
              </p>
            </Form>
          ) : (
            <div role="status" className="stack">
              <p>{e.done}</p>
              <pre className="receipt">{receipt}</pre>
              <p>
                <a
                  className="button"
                  download="erasure-receipt.json"
                  href={`data:application/json;charset=utf-8,${encodeURIComponent(receipt)}`}
                >
                  <Icon name="download" small /> {e.download}
                </a>
              </p>
            </div>
          )}
        </section>
      </main>
    </div>
  )
}
