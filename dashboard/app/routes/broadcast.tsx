import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { type ShouldRevalidateFunctionArgs, useLoaderData } from '@remix-run/react'
import { useCallback } from 'react'
import { roleIn } from '../../accounts/account.ts'
import { requireRoleIn } from '../access.ts'
import { parseBroadcastSlug } from '../broadcast-id.ts'
import { loadSnapshot } from '../broadcast-snapshot.server.ts'
import { personPath } from '../channel-path.ts'
import { channelZone } from '../channel-zone.server.ts'
import { BroadcastPage } from '../components/broadcast-page.tsx'
import { LAYOUT, parseLayout } from '../live/layout.ts'
import { PersonLinks } from '../live/person-links.ts'

export async function loader({ params, context, request }: LoaderFunctionArgs) {
  const ref = parseBroadcastSlug(params.slug)
  const person = requireRoleIn(context, 'viewer', ref?.channelId, request)
  const snapshot = ref && (await loadSnapshot(context, ref, person.role))
  if (!ref || !snapshot) throw new Response(null, { status: 404 })
  return {
    ref,
    snapshot,
    channelZone: channelZone(context, ref.channelId),
    role: person.role,
    others: context.hub
      .states()
      .filter(
        ({ state, broadcastId, channelId }) =>
          isRunning(state) && broadcastId !== '' && channelId !== ref.channelId && roleIn(person, channelId) !== null,
      )
      .map(({ channelId, broadcastId, channelName, title }) => ({
        channelId,
        broadcastId,
        name: channelName || channelId,
        title,
      })),
    outside: context.outside,
    layout: parseLayout(await context.accounts.preference(person.name, LAYOUT)),
    settings: person.role === 'viewer' ? null : await context.commands.settings(ref.channelId),
  }
}

const isRunning = (state: string) => state !== 'ended' && state !== 'refused'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${data?.snapshot.state.channelName || data?.ref.channelId || ''} — JAVAS` },
]

/** The page keeps itself fresh; it is loaded anew only when it asks for it. */
export function shouldRevalidate({
  currentUrl,
  nextUrl,
  formAction,
  defaultShouldRevalidate,
}: ShouldRevalidateFunctionArgs) {
  // What is said of a person stands in the card, which is loaded anew by itself.
  if (formAction?.includes('/settings') || formAction?.includes('/people/')) return false
  return currentUrl.pathname === nextUrl.pathname && currentUrl.search !== nextUrl.search
    ? false
    : defaultShouldRevalidate
}

export default function Broadcast() {
  const data = useLoaderData<typeof loader>()
  const { channelId } = data.ref
  const personTo = useCallback((authorId: string) => personPath(channelId, authorId), [channelId])
  return (
    <PersonLinks.Provider value={data.role === 'viewer' ? null : personTo}>
      <BroadcastPage
        key={`${data.ref.channelId}~${data.ref.broadcastId}`}
        place={data.ref}
        snapshot={data.snapshot}
        role={data.role}
        settings={data.settings}
        layout={data.layout}
        others={data.others}
        outside={data.outside}
      />
    </PersonLinks.Provider>
  )
}
