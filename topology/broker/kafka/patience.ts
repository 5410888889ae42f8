import type { Logger } from '../../runtime/logger.ts'
import { BrokerError } from '../errors.ts'
import { backoff } from './backoff.ts'
import { RpcLostError, type Time } from './rpc.ts'

export interface PatienceOptions {
  readonly time: Time
  /** Where the cluster should be, for the message. */
  readonly bootstrap: readonly string[]
  /** How long to go on asking while nobody answers. */
  readonly forMs: number
  readonly logger: Logger
  readonly signal?: AbortSignal
}

/** A person who looks at the log should see soon that nothing goes on, and not be flooded. */
const SAY_AGAIN_MS = 10_000

/**
 * Asks until somebody answers: brokers restart, and a cluster may start later than we do. For questions that may be asked
 * twice. Throws BrokerError KAFKA_UNREACHABLE with the addresses when the patience ends, and BROKER_CLOSED.
 */
export async function patiently<T>(options: PatienceOptions, ask: () => Promise<T>): Promise<T> {
  const { time, bootstrap, forMs, logger, signal } = options
  const started = time.now()
  let saidAt = Number.NEGATIVE_INFINITY
  for (let attempt = 0; ; attempt++) {
    if (signal?.aborted) throw new BrokerError('BROKER_CLOSED', 'the broker is closed')
    try {
      const answer = await ask()
      if (saidAt > Number.NEGATIVE_INFINITY) logger.info('kafka-reached', { bootstrap })
      return answer
    } catch (cause) {
      if (!(cause instanceof RpcLostError)) throw cause
      const now = time.now()
      const wait = backoff(attempt + 2)
      if (now + wait - started > forMs)
        throw new BrokerError(
          'KAFKA_UNREACHABLE',
          `Kafka at ${bootstrap.join(', ')} does not answer: ${cause.message}`,
          {
            cause,
            retriable: true,
          },
        )
      if (now - saidAt >= SAY_AGAIN_MS) {
        saidAt = now
        logger.warn('kafka-unreachable', {
          bootstrap,
          cause: cause.message,
          retryForMs: Math.round(forMs - (now - started)),
        })
      }
      await time.sleep(wait, signal)
    }
  }
}
