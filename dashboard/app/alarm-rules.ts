/** The rules of alarms with what they are set to and how they stand, for the page that lists them. */
import type { Alert, BroadcastState, ChannelSettings } from '#schemas/types.ts'
import type { SystemRule } from '../alarms-description.ts'

/** `no-data`: what it is judged by does not come. Nothing is firing then, and nothing is well. */
export type RuleState = 'normal' | 'pending' | 'firing' | 'recovering' | 'no-data'

export interface RuleRow {
  readonly kind: string
  /** The numbers of its threshold, in the order in which the text of the kind takes them. */
  readonly numbers: readonly number[]
  readonly words: readonly string[]
  readonly state: RuleState
}

export interface ChannelRules {
  readonly channelId: string
  readonly channelName: string
  readonly broadcastId: string
  readonly rules: readonly RuleRow[]
}

export interface SystemRow extends SystemRule {
  readonly state: RuleState
}

type Open = Pick<Alert, 'channelId' | 'kind' | 'state' | 'subject'>

const LIVE: readonly string[] = ['live', 'quiet', 'degraded']
/** Samples come every few seconds. */
const MEASURED_WITHIN_MS = 30_000

function stateOf(open: readonly Open[], channelId: string, kind: string, isMeasured: boolean): RuleState {
  const alert = open.find((one) => one.channelId === channelId && one.kind === kind)
  if (alert && alert.state !== 'resolved') return alert.state
  return isMeasured ? 'normal' : 'no-data'
}

export function channelRules(
  { channelId, channelName, broadcastId, state }: BroadcastState,
  settings: ChannelSettings,
  open: readonly Open[],
  /** Whether alarms about a person may be shown. */
  isModerator: boolean,
): ChannelRules {
  const isLive = LIVE.includes(state)
  const row = (kind: string, numbers: readonly number[], words: readonly string[] = []): RuleRow => ({
    kind,
    numbers,
    words,
    state: stateOf(open, channelId, kind, kind === 'source-lost' || isLive),
  })
  return {
    ...{ channelId, channelName, broadcastId },
    rules: [
      row('negative-surge', [settings.surgeShare, settings.surgeRatio, settings.surgeMessages]),
      row('profanity-surge', [settings.profanityShare]),
      row(
        'keyword-watch',
        [settings.watchWords.length === 0 ? 0 : settings.watchCount, settings.watchMinutes],
        settings.watchWords,
      ),
      row('no-data', [settings.quietSeconds]),
      row('source-lost', []),
      row('model-unavailable', []),
      row('clock-trouble', []),
      ...(isModerator ? [row('offender-threshold', [settings.offenceCount, settings.offenceMinutes])] : []),
    ],
  }
}

export const systemRows = (rules: readonly SystemRule[], open: readonly Open[], now: number): readonly SystemRow[] =>
  rules.map((rule) => ({
    ...rule,
    state: stateOf(
      open,
      `javas:${rule.subject}`,
      rule.kind,
      rule.measuredAt === null || now - rule.measuredAt < MEASURED_WITHIN_MS,
    ),
  }))
