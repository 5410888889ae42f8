/** Alerts for tests of what is made of them. */
import type { Alert, AlertAction } from '#schemas/types.ts'

export const alertOf = (given: Partial<Alert> = {}): Alert => {
  const { channelId = 'demo:one', kind = 'negative-surge', since = 0 } = given
  return {
    id: `${channelId}/${kind}/${since}`,
    channelId,
    broadcastId: 'b1',
    kind,
    state: 'firing',
    since,
    at: since,
    value: 0.6,
    lower: 0.5,
    upper: 0.7,
    threshold: 0.35,
    baseline: 0.1,
    peak: 0.6,
    messages: 60,
    words: ['렉'],
    samples: ['●● 렉'],
    reason: '',
    subject: '',
    subjectName: '',
    channelName: '하나',
    authors: 12,
    loudest: 0.3,
    revision: 1,
    ...given,
  }
}

export const actionOf = (given: Partial<AlertAction>): AlertAction => ({
  id: 'action-1',
  kind: 'silence',
  at: 0,
  by: '민지',
  channelId: '',
  alertKind: '',
  subject: '',
  notifier: '',
  until: 0,
  reason: '',
  ...given,
})
