/** Who wrote it, from the renderer that every kind of chat item shares. */
import type { Author, Badge, Role } from '#schemas/types.ts'
import { at, listAt, textAt } from '../json-path.ts'
import { thumbnail, youtubeText } from './runs.ts'

const roles: { readonly [icon: string]: Role } = { OWNER: 'owner', MODERATOR: 'moderator', VERIFIED: 'verified' }

/** @param named where the name and badges stand, when not beside the id */
export function youtubeAuthor(item: unknown, named: unknown = item): Partial<Author> | null {
  const name = youtubeText(at(named, 'authorName'))
  const id = textAt(item, 'authorExternalChannelId')
  if (id === '' && name === '') return null
  const found = listAt(named, 'authorBadges').map((badge) => badgeOf(at(badge, 'liveChatAuthorBadgeRenderer')))
  return {
    id: id || name,
    name,
    handle: name.startsWith('@') ? name : null,
    roles: found.flatMap(({ role }) => role ?? []),
    badges: found.map(({ badge }) => badge),
    months: found.find(({ months }) => months !== null)?.months ?? null,
  }
}

function badgeOf(badge: unknown): { badge: Badge; role: Role | null; months: number | null } {
  const icon = textAt(badge, 'icon', 'iconType')
  const label = textAt(badge, 'tooltip')
  const picture = thumbnail(at(badge, 'customThumbnail'))
  // Only members have a picture of the channel's own.
  if (picture !== null) return { badge: { id: 'member', label, url: picture }, role: 'member', months: monthsOf(label) }
  const role = Object.hasOwn(roles, icon) ? roles[icon]! : null
  return { badge: { id: icon.toLowerCase(), label, url: null }, role, months: null }
}

/** `Member (6 months)`, `Member (2 years)`; the pages are asked for in English. */
export function monthsOf(label: string): number | null {
  const match = /(\d{1,4})\s*(month|year)/i.exec(label)
  return match ? Number(match[1]) * (match[2]!.toLowerCase() === 'year' ? 12 : 1) : null
}
