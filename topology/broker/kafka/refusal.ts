import { BrokerError } from '../errors.ts'
import { errorName, errors, unauthorized } from './error-codes.ts'

/** What a broker's refusal is called here: `what` was asked, and the broker's own words where it has some. */
export function refusal(code: number, what: string, message?: string | null): BrokerError {
  const said = `${what}: Kafka answered ${errorName(code)}${message ? ` (${message})` : ''}`
  if (unauthorized.has(code))
    return new BrokerError('KAFKA_UNAUTHORIZED', `${said}: the cluster's ACLs do not allow it to this user`)
  switch (code) {
    case errors.MESSAGE_TOO_LARGE:
    case errors.RECORD_LIST_TOO_LARGE:
      return new BrokerError('RECORD_TOO_LARGE', `${said}: more than max.message.bytes of the topic`)
    case errors.INVALID_RECORD:
    case errors.INVALID_TIMESTAMP:
      return new BrokerError('RECORD_INVALID', said)
    case errors.INVALID_TRANSACTION_TIMEOUT:
      return new BrokerError(
        'KAFKA_TRANSACTION_TIMEOUT_INVALID',
        `${said}: more than transaction.max.timeout.ms of the cluster`,
      )
    default:
      return new BrokerError('KAFKA_REFUSED', said, { retriable: retriable(code) })
  }
}

/** No definite answer before the deadline. Whether it was done is not known. */
export const tooLate = (what: string, cause?: unknown): BrokerError =>
  new BrokerError('KAFKA_TIMEOUT', `${what}: no definite answer in time`, { cause, retriable: true })

const retriable = (code: number) =>
  code === errors.OUT_OF_ORDER_SEQUENCE_NUMBER ||
  code === errors.UNKNOWN_PRODUCER_ID ||
  code === errors.INVALID_PRODUCER_ID_MAPPING ||
  code === errors.TRANSACTION_ABORTABLE ||
  code === errors.INVALID_TXN_STATE
