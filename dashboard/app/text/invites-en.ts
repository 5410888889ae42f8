import type { InvitesText } from './invites-ko.ts'

export const invitesEn: InvitesText = {
  invite: 'Invite by link',
  inviteHint: 'Works once, for one person, within 7 days. They choose their own name and password.',
  make: 'Make an invitation',
  made: 'The invitation. It is shown this once.',
  open: (n) => `${n} ${n === 1 ? 'invitation' : 'invitations'} not used yet`,
  revoke: 'Take all back',
  revoked: 'All unused invitations are taken back',
  everywhere: 'Log out on every device',
  title: 'You are invited',
  intro: (role) => `Role: ${role}. Choose a name and a password, and you are in.`,
  join: 'Join',
  gone: 'This invitation was used or has run out. Ask whoever invited you for a new link.',
}
