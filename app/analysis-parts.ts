import type { AbuseGrader } from '#processors/profanity/model/abuse-grader.ts'
import type { Topics } from '#schemas/topics.ts'
import type { Broker, StreamsOptions, Topology } from '#topology'
import { ANALYSIS } from './applications.ts'
import { chatTopology } from './chat-topology.ts'
import type { Config } from './config.ts'
import { deadLettersTo } from './dead-letters.ts'
import { messageOf } from './errors.ts'
import type { Log } from './log.ts'
import type { Models } from './models/open-models.ts'

/** The analysis as a stream thread runs it, whether alone in the embedded mode or one of many in a cluster. */
export function analysisParts(
  topics: Topics,
  {
    broker,
    config,
    log,
    scorer,
    abuse,
  }: {
    readonly broker: Broker
    readonly config: Pick<Config, 'commitIntervalMs'>
    readonly log: Log
    readonly scorer: Models
    /** Default: the shipped one. */
    readonly abuse?: AbuseGrader
  },
): { readonly topology: Topology; readonly options: StreamsOptions } {
  return {
    topology: chatTopology({
      topics,
      ...(abuse && { abuse }),
      scorer: () => (scorer.problem ? undefined : scorer),
      onScored: (messages, scores) => scorer.scored(messages, scores),
      onFailure: (cause, messages) => log.warn(`${messages} messages are unscored: ${messageOf(cause)}`),
    }),
    options: {
      applicationId: ANALYSIS,
      broker,
      commitIntervalMs: config.commitIntervalMs,
      onError: { deserialization: 'continue', processing: 'continue', production: 'continue' },
      deadLetters: deadLettersTo(topics.deadLetters),
    },
  }
}
