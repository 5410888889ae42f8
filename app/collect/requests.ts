import { topics } from '#schemas/topics.ts'
import type { AlertAction, BroadcastRequest, ChannelRules, ChannelSettings, OperatorAction } from '#schemas/types.ts'
import type { Broker, Producer } from '#topology'
import { recordsOf } from '../produce.ts'

/** Writes what somebody asked for; the collector reads it from the topic, as it would from another process. */
export function produceRequest(broker: Broker, producer: Producer, request: BroadcastRequest): Promise<void> {
  return producer.send([recordsOf(broker, topics.broadcastRequests)(request.channelId, request, request.requestedAt)])
}

export function produceSettings(broker: Broker, producer: Producer, settings: ChannelSettings): Promise<void> {
  return producer.send([recordsOf(broker, topics.channelSettings)(settings.channelId, settings, settings.updatedAt)])
}

export function produceRules(broker: Broker, producer: Producer, rules: ChannelRules): Promise<void> {
  return producer.send([recordsOf(broker, topics.channelRules)(rules.channelId, rules, rules.updatedAt)])
}

/** What concerns no channel stands under this key. */
const NO_CHANNEL = 'javas'

export function produceActions(broker: Broker, producer: Producer, actions: readonly OperatorAction[]): Promise<void> {
  const recordOf = recordsOf(broker, topics.operatorActions)
  return producer.send(actions.map((action) => recordOf(action.channelId || NO_CHANNEL, action, action.at)))
}

/** Takes the request away for good: whoever collects the channel ends it and takes its state away, too. */
export function produceDeletion(broker: Broker, producer: Producer, channelId: string): Promise<void> {
  return producer.send([recordsOf(broker, topics.broadcastRequests)(channelId, null, Date.now())])
}

/** All in one partition, in the order in which they were done. */
export function produceAlertAction(broker: Broker, producer: Producer, action: AlertAction): Promise<void> {
  return producer.send([recordsOf(broker, topics.alertActions)(action.id, action, action.at)])
}
