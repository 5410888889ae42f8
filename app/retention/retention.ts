/** How long what is kept: a limit for each kind, for each source, and for a kind of a source. Plain data. */
import { type ExpiryRule, type ExpirySources, type RetainedKind, retainedKinds } from '#sinks/expiry.ts'
import type { Environment } from '../environment.ts'
import { JavasError } from '../errors.ts'

/** Kinds that a limit can be given for. A broadcast's own entry goes by itself, with the last of it. */
export const limitedKinds = [
  ...retainedKinds.filter((kind) => kind !== 'broadcasts'),
  /** Files of reports, by the time of their broadcast's last message. */
  'reports',
] as const
export type LimitedKind = Exclude<RetainedKind, 'broadcasts'> | 'reports'

/** First parts of channels' ids. */
export const limitedSources = ['chzzk', 'demo', 'naver-shopping', 'replay', 'soop', 'twitch', 'youtube'] as const
type Source = (typeof limitedSources)[number]

/** Null keeps for ever. */
type Days = number | null

export interface Retention {
  readonly kinds: { readonly [kind in LimitedKind]: Days }
  /** What came from a source: the shorter one of this and its kind's limit counts. Not for what operators did. */
  readonly sources: { readonly [source: string]: Days }
  /** `youtube.messages`: counts alone. */
  readonly exact: { readonly [sourceAndKind: string]: Days }
}

/** Retention of one thing that may be a report as well. */
export type RetentionRule = Omit<ExpiryRule, 'kind'> & { readonly kind: RetainedKind | 'reports' }

export const DAY_MS = 24 * 60 * 60 * 1000
const MOST_DAYS = 36_500

/** YouTube's terms give its API's data 30 days. Counts hold nobody; what operators did answers for them the longest. */
export const defaultRetention: Retention = {
  kinds: {
    ...{ messages: 365, windows: null, keywords: 365, offences: 365, alerts: 365, sanctions: 365 },
    ...{ actions: 730, undecodable: 30, reports: 365 },
  },
  sources: { youtube: 30 },
  exact: {},
}

/**
 * JAVAS_RETENTION='messages=180, youtube=30, twitch.alerts=90, actions=forever', in days, over the defaults; `off` lets
 * nothing go by itself, which is null.
 * @throws JavasError CONFIG_INVALID
 */
export function readRetention(env: Environment): Retention | null {
  const given = env.JAVAS_RETENTION?.trim()
  if (given === 'off') return null
  const kinds: { [kind: string]: Days } = { ...defaultRetention.kinds }
  const sources: { [source: string]: Days } = { ...defaultRetention.sources }
  const exact: { [sourceAndKind: string]: Days } = {}
  for (const entry of given?.split(/[\s,]+/).filter(Boolean) ?? []) {
    const [, name = '', value = ''] = /^([^=]+)=(.+)$/.exec(entry) ?? []
    const days = value === 'forever' ? null : Number(value)
    if (days !== null && !(Number.isInteger(days) && days >= 1 && days <= MOST_DAYS))
      throw wrong(`${entry} must be such as messages=180 or youtube.alerts=forever, in days from 1 to ${MOST_DAYS}`)
    const [source = '', kind = ''] = name.split('.')
    if (isKind(name)) kinds[name] = days
    else if (isSource(name)) sources[name] = days
    else if (name === `${source}.${kind}` && isSource(source) && isKind(kind)) exact[name] = days
    else
      throw wrong(
        `${name} is neither a kind (${limitedKinds.join(', ')}) nor a source (${limitedSources.join(', ')}) nor SOURCE.KIND`,
      )
  }
  return { kinds: kinds as Retention['kinds'], sources, exact }
}

const wrong = (why: string) => new JavasError('CONFIG_INVALID', `JAVAS_RETENTION: ${why}.`)
const isKind = (name: string): name is LimitedKind => (limitedKinds as readonly string[]).includes(name)
const isSource = (name: string): name is Source => (limitedSources as readonly string[]).includes(name)

/** In days; null is for ever. @param source '' for what has none of its own limits */
export function daysOf({ kinds, sources, exact }: Retention, kind: LimitedKind, source: string): Days {
  const own = exact[`${source}.${kind}`]
  if (own !== undefined) return own
  const ofSource = kind === 'actions' ? undefined : sources[source]
  return ofSource === undefined ? kinds[kind] : shorter(kinds[kind], ofSource)
}

const shorter = (one: Days, other: Days): Days => (one === null ? other : other === null ? one : Math.min(one, other))

/** Whatever else is known of a broadcast goes before it does. */
function daysOfBroadcast(retention: Retention, source: string): Days {
  let longest = 0
  for (const kind of ['messages', 'windows', 'keywords', 'alerts'] as const) {
    const days = daysOf(retention, kind, source)
    if (days === null) return null
    longest = Math.max(longest, days)
  }
  return longest
}

/** What is too old at `now` (epoch ms). */
export function rulesAt(retention: Retention, now: number): RetentionRule[] {
  return [...limitedKinds, 'broadcasts' as const].flatMap((kind) => {
    const days = (source: string) =>
      kind === 'broadcasts' ? daysOfBroadcast(retention, source) : daysOf(retention, kind, source)
    const special = limitedSources.filter((source) => days(source) !== days(''))
    const rule = (sources: ExpirySources, most: Days): RetentionRule[] =>
      most === null ? [] : [{ kind, sources, before: now - most * DAY_MS }]
    return [
      ...rule({ except: special }, days('')),
      ...special.flatMap((source) => rule({ only: [source] }, days(source))),
    ]
  })
}

/** Those that an archive keeps to. */
export const archiveRulesAt = (retention: Retention, now: number): ExpiryRule[] =>
  rulesAt(retention, now).filter((rule): rule is ExpiryRule => rule.kind !== 'reports')
