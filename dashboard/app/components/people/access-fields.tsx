import type { Access } from '../../../accounts/account.ts'
import { useAccessText } from '../../text/access-text.ts'
import { useAccountText } from '../../text/account-text.ts'

export interface KnownChannel {
  readonly channelId: string
  readonly name: string
}

interface AccessFieldsProps {
  readonly channels: readonly KnownChannel[]
  /** What is chosen at first. */
  readonly access: Access
}

const roles = ['viewer', 'moderator', 'owner'] as const
const channelRoles = ['viewer', 'moderator'] as const

/** Part of a form: a role in every channel, or one in each of some. Works before scripts do; read by `readAccessForm`. */
export function AccessFields({ channels, access }: AccessFieldsProps) {
  const account = useAccountText()
  const a = useAccessText()
  const own = access.channels ?? {}
  // What nobody watches any more may still be somebody's.
  const unknown = Object.keys(own).filter((id) => !channels.some(({ channelId }) => channelId === id))
  const all = [...channels, ...unknown.map((channelId) => ({ channelId, name: channelId }))]
  return (
    <fieldset className="access-fields">
      <legend>{a.where}</legend>
      <label>
        <input type="radio" name="scope" value="all" defaultChecked={access.channels === null} /> {a.everywhere}
      </label>
      <label>
        <input type="radio" name="scope" value="some" defaultChecked={access.channels !== null} /> {a.some}
      </label>
      <label className="field access-all">
        {account.role}
        <select name="role" defaultValue={access.role}>
          {roles.map((role) => (
            <option key={role} value={role}>
              {account.roles[role]}
            </option>
          ))}
        </select>
      </label>
      <div className="access-some">
        {all.map(({ channelId, name }) => (
          <ChannelRole key={channelId} label={name} field={`in ${channelId}`} chosen={own[channelId] ?? ''} />
        ))}
        <label className="field">
          {a.other}
          <input type="text" name="other" maxLength={300} placeholder="twitch:kimchi" autoComplete="off" />
        </label>
        <ChannelRole label={a.otherRole} field="otherRole" chosen="" />
      </div>
    </fieldset>
  )
}

function ChannelRole({ label, field, chosen }: { label: string; field: string; chosen: string }) {
  const account = useAccountText()
  const a = useAccessText()
  return (
    <label className="field">
      <bdi>{label}</bdi>
      <select name={field} defaultValue={chosen}>
        <option value="">{a.noRole}</option>
        {channelRoles.map((one) => (
          <option key={one} value={one}>
            {account.roles[one]}
          </option>
        ))}
      </select>
    </label>
  )
}
