/** Every page and form target, in the shape that Remix reads. */
interface PageRoute {
  readonly path?: string
  readonly index?: true
  readonly file: string
}

const routes: readonly PageRoute[] = [
  { index: true, file: 'routes/home.tsx' },
  { path: 'watch', file: 'routes/watch.ts' },
  { path: 'broadcasts/:slug', file: 'routes/broadcast.tsx' },
  { path: 'broadcasts/:slug/range', file: 'routes/broadcast-range.ts' },
  { path: 'broadcasts/:slug/answers', file: 'routes/broadcast-answers.ts' },
  { path: 'broadcasts/:slug/older', file: 'routes/broadcast-older.ts' },
  { path: 'broadcasts/:slug/moment', file: 'routes/broadcast-moment.ts' },
  { path: 'broadcasts/:slug/saved', file: 'routes/broadcast-saved.ts' },
  { path: 'broadcasts/:slug/trends', file: 'routes/broadcast-trends.ts' },
  { path: 'broadcasts/:slug/newcomers', file: 'routes/broadcast-newcomers.ts' },
  { path: 'broadcasts/:slug/settings', file: 'routes/broadcast-settings.ts' },
  { path: 'broadcasts/:slug/report', file: 'routes/broadcast-report.tsx' },
  { path: 'broadcasts/:slug/replay', file: 'routes/broadcast-replay.tsx' },
  { path: 'channels/:channelId/people/:authorId/erase', file: 'routes/person-erase.tsx' },
  { path: 'channels/:channelId/rules', file: 'routes/channel-rules.tsx' },
  { path: 'channels/:channelId/rules/try', file: 'routes/channel-rules-try.ts' },
  { path: 'channels/:channelId/rules/dry-run', file: 'routes/channel-rules-dry-run.ts' },
  { path: 'channels/:channelId/overlay', file: 'routes/channel-overlay.tsx' },
  { path: 'channels/:channelId/people', file: 'routes/people.tsx' },
  { path: 'channels/:channelId/people/:authorId', file: 'routes/person.tsx' },
  { path: 'channels/:channelId/context', file: 'routes/message-context.ts' },
  { path: 'feedback', file: 'routes/feedback.ts' },
  { path: 'compare', file: 'routes/compare.tsx' },
  { path: 'archive', file: 'routes/archive.tsx' },
  { path: 'alarms', file: 'routes/alarms.tsx' },
  { path: 'alarms/dry-run', file: 'routes/alarm-dry-run.ts' },
  { path: 'alarms/silences', file: 'routes/alarm-silences.ts' },
  { path: 'alarms/runbook', file: 'routes/alarm-runbook.tsx' },
  { path: 'moments/:slug', file: 'routes/moment.tsx' },
  { path: 'contact', file: 'routes/contact.tsx' },
  { path: 'models', file: 'routes/models.tsx' },
  { path: 'models/try', file: 'routes/models-try.ts' },
  { path: 'system', file: 'routes/system.tsx' },
  { path: 'audit', file: 'routes/audit.tsx' },
  { path: 'account', file: 'routes/account.tsx' },
  { path: 'join/:token', file: 'routes/join.tsx' },
  { path: 'login', file: 'routes/login.tsx' },
  { path: 'login/code', file: 'routes/login-code.tsx' },
  { path: 'second-factor', file: 'routes/second-factor.tsx' },
  { path: 'logout', file: 'routes/logout.ts' },
  { path: 'layout', file: 'routes/layout.ts' },
  { path: 'preferences', file: 'routes/preferences.ts' },
]

export default routes
