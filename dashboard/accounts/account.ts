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

/** Something a person did that others may ask about later. */
export interface AuditEntry {
  readonly at: number
  readonly who: string
  /** reveal, export, delete, login, login-refused, user-added, user-removed, settings, watch, stop */
  readonly action: string
  readonly channelId: string
  /** Message id, broadcast id, account name: what it was done to. */
  readonly subject: string
}
