/** Every kind of action that we write down ourselves, in the order in which pages offer them. Others may stand in the log. */
export const actionKinds = [
  'reveal',
  'search',
  'export',
  'evidence',
  'note',
  'sanction',
  'author-allowed',
  'author-flagged',
  'rules-changed',
  'settings-changed',
  'feedback',
  'question-answered',
  'overlay-made',
  'overlay-revoked',
  'watch',
  'stop',
  'delete',
  'reset',
  'login',
  'login-refused',
  'logout',
  'user-added',
  'user-removed',
  'password-changed',
] as const

export type ActionKind = (typeof actionKinds)[number]
