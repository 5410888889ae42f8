import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Form, useActionData, useLoaderData } from '@remix-run/react'
import { useEffect, useState } from 'react'
import type { OverlayLink } from '../../accounts/account.ts'
import { requireRoleIn } from '../access.ts'
import { parseChannelId } from '../channel-path.ts'
import { channelZone } from '../channel-zone.server.ts'
import { Icon } from '../components/icon.tsx'
import { SiteHeader } from '../components/site-header.tsx'
import { useText } from '../text/language.tsx'
import { pageTitle } from '../text/page-title.ts'

const MOST_LINKS = 50
const shows = ['chat', 'mood', 'cloud', 'alert'] as const
const aligns = ['left', 'right'] as const

export async function loader({ params, context, request }: LoaderFunctionArgs) {
  const channelId = parseChannelId(params.channelId)
  requireRoleIn(context, 'moderator', channelId, request)
  if (!channelId) throw new Response(null, { status: 404 })
  return {
    channelId,
    channelZone: channelZone(context, channelId),
    channelName: context.hub.state(channelId)?.channelName || channelId,
    links: await context.accounts.overlays(channelId),
  }
}

type OverlayAnswer = { readonly token: string } | { readonly revoked: true } | { readonly code: string }

export async function action({ params, context, request }: ActionFunctionArgs) {
  const channelId = parseChannelId(params.channelId)
  const person = requireRoleIn(context, 'moderator', channelId, request)
  if (!channelId) throw new Response(null, { status: 404 })
  const form = await request.formData()
  if (form.get('intent') === 'revoke') {
    const id = String(form.get('id') ?? '')
    // One of another channel is neither taken back nor interrupted from here.
    if (await context.accounts.removeOverlay(channelId, id)) {
      context.endOverlay(id)
      await context.act({ kind: 'overlay-revoked', channelId, text: id })
    }
    return data<OverlayAnswer>({ revoked: true })
  }
  if ((await context.accounts.overlays(channelId)).length >= MOST_LINKS)
    return data<OverlayAnswer>({ code: 'OVERLAYS_TOO_MANY' }, { status: 400 })
  const name = String(form.get('name') ?? '').trim() || 'OBS'
  const { link, token } = await context.accounts.addOverlay(channelId, name, person.name)
  await context.act({ kind: 'overlay-made', channelId, text: link.id })
  return data<OverlayAnswer>({ token })
}

export const meta: MetaFunction = ({ matches }) => pageTitle(matches, (t) => t.overlay.title)

export default function ChannelOverlay() {
  const { channelName, links } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const { t } = useText()
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="sheet-page">
        <section className="sheet-section">
          <h1>
            {t.overlay.title} <span className="muted">— {channelName}</span>
          </h1>
          <p className="muted">{t.overlay.intro}</p>
          <Form method="post" className="inline-form">
            <label className="field">
              {t.overlay.name}
              <input
                type="text"
                name="name"
                maxLength={60}
                placeholder={t.overlay.namePlaceholder}
                autoComplete="off"
              />
            </label>
            <button type="submit" className="button key">
              {t.overlay.make}
            </button>
          </Form>
          {answer && 'code' in answer && (
            <p className="error" role="alert">
              {t.errors[answer.code] ?? t.errors.COMMAND_FAILED}
            </p>
          )}
          {answer && 'revoked' in answer && (
            <p className="done-note" role="status">
              {t.overlay.revoked}
            </p>
          )}
          {answer && 'token' in answer && <NewAddress key={answer.token} token={answer.token} />}
        </section>
        <section className="sheet-section">
          <h2>{t.overlay.links}</h2>
          <Links links={links} />
        </section>
      </main>
    </div>
  )
}

/** The address with its looks put together; it cannot be shown again. */
function NewAddress({ token }: { token: string }) {
  const { t } = useText()
  const [origin, setOrigin] = useState('')
  const [show, setShow] = useState<(typeof shows)[number]>('chat')
  const [size, setSize] = useState(22)
  const [max, setMax] = useState(12)
  const [fade, setFade] = useState(0)
  const [align, setAlign] = useState<(typeof aligns)[number]>('left')
  const [isStrict, setStrict] = useState(true)
  const [isCopied, setCopied] = useState(false)
  useEffect(() => setOrigin(location.origin), [])
  const search = new URLSearchParams({ show, size: String(size) })
  if (show === 'chat') {
    search.set('max', String(max))
    search.set('fade', String(fade))
    if (!isStrict) search.set('strict', '0')
  }
  if (align === 'right') search.set('align', align)
  const address = `${origin}/overlay/${token}?${search}`
  return (
    <div className="overlay-new">
      <p className="done-note" role="status">
        {t.overlay.made}
      </p>
      <div className="inline-form">
        <label className="field">
          {t.overlay.show}
          <select value={show} onChange={(event) => setShow(event.currentTarget.value as typeof show)}>
            {shows.map((name) => (
              <option key={name} value={name}>
                {t.overlay.shows[name]}
              </option>
            ))}
          </select>
        </label>
        <NumberField label={t.overlay.size} value={size} least={10} most={72} onChange={setSize} />
        {show === 'chat' && (
          <>
            <NumberField label={t.overlay.max} value={max} least={1} most={40} onChange={setMax} />
            <NumberField label={t.overlay.fade} value={fade} least={0} most={600} onChange={setFade} />
          </>
        )}
        <label className="field">
          {t.overlay.align}
          <select value={align} onChange={(event) => setAlign(event.currentTarget.value as typeof align)}>
            {aligns.map((name) => (
              <option key={name} value={name}>
                {t.overlay.aligns[name]}
              </option>
            ))}
          </select>
        </label>
      </div>
      {show === 'chat' && (
        <label className="check">
          <input type="checkbox" checked={isStrict} onChange={(event) => setStrict(event.currentTarget.checked)} />{' '}
          {t.overlay.strict}
        </label>
      )}
      <p className="overlay-address">
        <code data-testid="overlay-address">{address}</code>
        <button
          type="button"
          className="button"
          onClick={() => void navigator.clipboard?.writeText(address).then(() => setCopied(true))}
        >
          <Icon name="link" small /> {isCopied ? t.overlay.copied : t.overlay.copy}
        </button>
        <a className="button" href={address} target="_blank" rel="noreferrer">
          {t.overlay.look}
        </a>
      </p>
      <p className="note">{t.overlay.parameters}</p>
    </div>
  )
}

interface NumberFieldProps {
  readonly label: string
  readonly value: number
  readonly least: number
  readonly most: number
  readonly onChange: (value: number) => void
}

function NumberField({ label, value, least, most, onChange }: NumberFieldProps) {
  return (
    <label className="field">
      {label}
      <input
        type="number"
        min={least}
        max={most}
        value={value}
        onChange={(event) =>
          onChange(Math.min(most, Math.max(least, Math.round(event.currentTarget.valueAsNumber || least))))
        }
      />
    </label>
  )
}

function Links({ links }: { links: readonly OverlayLink[] }) {
  const { t, format } = useText()
  if (links.length === 0) return <p className="muted">{t.overlay.none}</p>
  return (
    <ul className="rows people-accounts">
      {links.map((link) => (
        <li key={link.id}>
          <span>
            <b>
              <bdi>{link.name}</bdi>
            </b>{' '}
            <span className="note">{t.overlay.by(link.by, format.dateTime(link.createdAt))}</span>
          </span>
          <Form method="post">
            <input type="hidden" name="intent" value="revoke" />
            <input type="hidden" name="id" value={link.id} />
            <button className="button small" type="submit">
              <Icon name="close" small /> {t.overlay.revoke}
            </button>
          </Form>
        </li>
      ))}
    </ul>
  )
}
