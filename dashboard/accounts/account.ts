/** Who may look, who may moderate, who may do everything. Each role may do all that the ones before it may. */
export const accountRoles = ['viewer', 'moderator', 'owner'] as const
export type AccountRole = (typeof accountRoles)[number]

/** Whether `role` may do what asks for `needed`. */
export const roleAllows = (role: AccountRole, needed: AccountRole): boolean =>
  accountRoles.indexOf(role) >= accountRoles.indexOf(needed)

/** A role in each of some channels; in every other one the person has none. */
export type ChannelRoles = Readonly<Record<string, 'viewer' | 'moderator'>>

/** What a person may do, and where. */
export interface Access {
  /** In every channel; where there are `channels`, the highest of theirs, for what belongs to no channel. */
  readonly role: AccountRole
  /** Null: every channel. */
  readonly channels: ChannelRoles | null
}

/** @param channels null: every channel */
export function accessOf(role: AccountRole, channels: ChannelRoles | null): Access {
  if (channels === null) return { role, channels }
  return { role: Object.values(channels).includes('moderator') ? 'moderator' : 'viewer', channels }
}

/** The role that somebody has in a channel; null where it is none of theirs. */
export function roleIn({ role, channels }: Access, channelId: string): AccountRole | null {
  if (channels === null) return role
  return Object.hasOwn(channels, channelId) ? channels[channelId]! : null
}

/** The channels in which somebody may do what asks for `needed`; null: all. */
export const channelsFor = ({ channels }: Access, needed: AccountRole): readonly string[] | null =>
  channels &&
  Object.entries(channels)
    .filter(([, role]) => roleAllows(role, needed))
    .map(([channelId]) => channelId)

export interface Account extends Access {
  readonly name: string
  readonly hasSecondFactor: boolean
  readonly createdAt: number
}

/** The second factor of a person. */
export interface SecondFactor {
  readonly isOn: boolean
  /** Recovery codes that are left. */
  readonly recoveryCodes: number
}

/** An address that shows one channel, masked, to whoever has it: for OBS. Its token is known to nobody but its maker. */
export interface OverlayLink {
  readonly id: string
  readonly channelId: string
  /** What the person called it. */
  readonly name: string
  readonly by: string
  readonly createdAt: number
}
