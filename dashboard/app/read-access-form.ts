/** What the fields of `AccessFields` say: a role everywhere, or one in each of some channels. */
import { type Access, type AccountRole, accountRoles, type ChannelRoles } from '../accounts/account.ts'

const isChannelRole = (role: string): role is ChannelRoles[string] => role === 'viewer' || role === 'moderator'

/** Where `scope` is `some`, only the channels count, be they none. What is no role is left for the store to refuse. */
export function readAccessForm(form: FormData): Access {
  const role = (accountRoles.find((one) => one === form.get('role')) ?? String(form.get('role') ?? '')) as AccountRole
  if (form.get('scope') !== 'some') return { role, channels: null }
  const channels: Record<string, ChannelRoles[string]> = Object.create(null)
  const other = String(form.get('other') ?? '').trim()
  for (const [field, value] of [...form, [`in ${other}`, form.get('otherRole') ?? ''] as const])
    if (field.startsWith('in ') && field.length > 3 && typeof value === 'string' && isChannelRole(value))
      channels[field.slice(3)] = value
  return { role: 'viewer', channels }
}

/** The same for the audit. */
export const accessDetails = ({ role, channels }: Access): Readonly<Record<string, string>> =>
  channels === null
    ? { role }
    : {
        channels: Object.entries(channels)
          .map(([channelId, own]) => `${channelId} ${own}`)
          .join(', ')
          .slice(0, 1_000),
      }
