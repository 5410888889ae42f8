/**
 * Alarms about the system itself: what the notify role measures of it (`health-samples`) and what becomes of what it tells
 * (`deliveries`), judged with the state machine of the chat's alarms. It stands in the notify role's topology: an analysis that
 * is behind would tell of its own lag last. The alarms' channel is `javas:` and what they are about.
 */
import { avroSerde } from '#schemas/avro.ts'
import type { Alert, AlertLife, Delivery, HealthSample, SystemWatch } from '#schemas/types.ts'
import {
  type KeyValueStore,
  keyValueStore,
  type ProcessorContext,
  type ProcessorSupplier,
  stringSerde,
} from '#topology'
import { newLife, steps } from './alerts/alert-machine.ts'
import { alertOf } from './alerts/alert-of.ts'
import type { Measured } from './alerts/judge.ts'
import {
  addDelivery,
  addSample,
  judgeFailures,
  judgeSample,
  type SystemKind,
  type SystemLimits,
  systemLimits,
  systemTimes,
} from './alerts/system-health.ts'
import { ALL } from './decide-notifications.ts'
import { storeKey } from './store-key.ts'

/** The channel of what is wrong with a part of the system; no platform has this name. */
export const systemChannel = (subject: string): string => `javas:${subject}`

export const systemLives = keyValueStore('system-lives', {
  key: stringSerde,
  value: avroSerde<AlertLife>('stores/alert-life'),
})
export const systemWatches = keyValueStore('system-watches', {
  key: stringSerde,
  value: avroSerde<SystemWatch>('stores/system-watch'),
})
export const watchSystemStores = [systemLives, systemWatches] as const

type Input = HealthSample | Delivery | null

/** The node `watch-system`: its parents are the samples and the deliveries. */
export const watchSystem =
  (given: Partial<SystemLimits> = {}): ProcessorSupplier<string, Input, string, Alert> =>
  () => {
    const limits = { ...systemLimits, ...given }
    let context: ProcessorContext<string, Alert>
    let lives: KeyValueStore<string, AlertLife>
    let watches: KeyValueStore<string, SystemWatch>

    const advance = (kind: SystemKind, subject: string, measured: Measured, at: number, reason: string) => {
      const key = storeKey(kind, subject)
      const before = lives.get(key) ?? newLife
      for (const { life, transition } of steps(before, measured, at, systemTimes[kind])) {
        lives.put(key, life)
        if (!transition) continue
        const channelId = systemChannel(subject)
        const { sessionEpoch } = context
        context.forward({
          key: ALL,
          timestamp: at,
          headers: [],
          value: {
            ...alertOf({ channelId, kind, before, life, transition, measured, at, reason, sessionEpoch }),
            ...{ broadcastId: '', channelName: subject, words: [], samples: [], authors: 0, loudest: 0 },
            messages: Math.min(measured.messages, 2 ** 31 - 1),
          },
        })
      }
    }

    return {
      init: (given) => {
        context = given
        lives = given.getStateStore(systemLives.name)
        watches = given.getStateStore(systemWatches.name)
      },
      process: ({ value }) => {
        if (value === null || value === undefined) return
        if ('notifier' in value) {
          const { notifier, at, code } = value
          const key = storeKey('notifier-failing', notifier)
          const watch = addDelivery(watches.get(key), value)
          watches.put(key, watch)
          advance('notifier-failing', notifier, judgeFailures(watch), at, code)
          return
        }
        const { kind, subject, at, detail } = value
        const key = storeKey(kind, subject)
        const watch = addSample(watches.get(key), value)
        const measured = judgeSample(watch, value, limits)
        if (!measured) return
        watches.put(key, watch)
        advance(kind as SystemKind, subject, measured, at, detail)
      },
    }
  }
