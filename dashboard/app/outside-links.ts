/** Where a broadcast can be looked at outside of our pages: Grafana and Kibana, where the operator named them. */
import type { BroadcastRef } from './broadcast-id.ts'

export interface OutsidePages {
  /** Base addresses; null where there is none. */
  readonly grafana: string | null
  readonly kibana: string | null
}

export interface Stretch {
  /** Epoch ms. */
  readonly from: number
  /** null: now, and going on. */
  readonly to: number | null
}

/** The dashboard "a broadcast in detail" (deploy/grafana/source/broadcast.ts). */
export function grafanaLink(base: string, { channelId, broadcastId }: BroadcastRef, { from, to }: Stretch): string {
  const search = new URLSearchParams({
    'var-channel': channelId,
    'var-broadcast': broadcastId,
    from: String(from),
    to: to === null ? 'now' : String(to),
  })
  return `${base.replace(/\/+$/, '')}/d/javas-broadcast?${search}`
}

/** The saved search "chat" (deploy/kibana/source/searches.ts), narrowed to the broadcast. */
export function kibanaLink(base: string, { channelId, broadcastId }: BroadcastRef, { from, to }: Stretch): string {
  const time = (at: number | null) => rison(at === null ? 'now' : new Date(at).toISOString())
  const query = `channelId:${lucene(channelId)} AND broadcastId:${lucene(broadcastId)}`
  const state = [`_g=(time:(from:${time(from)},to:${time(to)}))`, `_a=(query:(language:lucene,query:${rison(query)}))`]
  return `${base.replace(/\/+$/, '')}/app/discover#/view/javas-chat?${state.join('&')}`
}

const lucene = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

/** Kibana's own notation in addresses: ! escapes, and the whole is percent-encoded. */
const rison = (text: string): string => encodeURIComponent(`'${text.replace(/[!']/g, '!$&')}'`).replaceAll("'", '%27')
