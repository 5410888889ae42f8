/** Who may look, who may moderate, who may do everything. Each role may do all that the ones before it may. */
export const accountRoles = ['viewer', 'moderator', 'owner'] as const
export type AccountRole = (typeof accountRoles)[number]

/** Whether `role` may do what asks for `needed`. */
export const roleAllows = (role: AccountRole, needed: AccountRole): boolean =>
  accountRoles.indexOf(role) >= accountRoles.indexOf(needed)

export interface Account {
  readonly name: string
  readonly role: AccountRole
  readonly createdAt: number
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
