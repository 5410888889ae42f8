import { clientVersionOf } from '../../youtube/live-page.ts'
import { pageObject } from '../../youtube/page-json.ts'
import type { Pseudonyms } from '../pseudonyms.ts'
import { type Disguise, disguised, disguisedJson, type JsonRules } from './disguise.ts'

/** Parts of a player's answer that say what the broadcast is; the rest says who watches. */
const playerParts = ['playabilityStatus', 'videoDetails', 'microformat']

export function youtubeDisguise(pseudonyms: Pseudonyms): Disguise {
  const id = (name: string) => `UC${pseudonyms.of(name, 22)}`
  const handle = (name: string) => `@${pseudonyms.of(name)}`
  const rules: JsonRules = {
    people: {
      ...{ authorExternalChannelId: id, externalChannelId: id, authorName: handle },
      ...{ authorPhoto: null, contextMenuEndpoint: null, contextMenuAccessibility: null, trackingParams: null },
      ...{ clickTrackingParams: null, responseContext: null, frameworkUpdates: null, engagementPanels: null },
      ...{ visitorData: null, topbar: null, secondaryResults: null, emojis: null },
    },
    // Who is spoken to, and who gave a membership.
    texts: { text: (text) => text.replace(/@[\p{L}\p{N}._-]+/gu, (name) => handle(name)) },
  }
  return {
    body: (text) => (text.trimStart().startsWith('<') ? page(text, rules) : disguisedJson(text, rules)),
    frame: () => Buffer.alloc(0),
  }
}

/** A page of a megabyte is about the visitor as much as about the broadcast: only what is read of it is kept. */
function page(html: string, rules: JsonRules): string {
  const data = pageObject(html, 'ytInitialData')
  if (data === undefined) return html.slice(0, 500)
  const player = pageObject(html, 'ytInitialPlayerResponse') as { readonly [name: string]: unknown } | undefined
  const kept = Object.fromEntries(playerParts.map((name) => [name, player?.[name]]))
  const { contents } = data as { readonly contents?: unknown }
  const script = (name: string, value: unknown) => `<script>var ${name} = ${JSON.stringify(value)};</script>`
  return [
    `<html><script>ytcfg.set({"INNERTUBE_CLIENT_VERSION":"${clientVersionOf(html) ?? ''}"});</script>`,
    script('ytInitialPlayerResponse', disguised(kept, rules, 0)),
    script('ytInitialData', disguised({ contents }, rules, 0)),
    '</html>',
  ].join('\n')
}
