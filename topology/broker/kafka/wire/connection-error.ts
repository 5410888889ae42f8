/** What went wrong below the protocol, in our words. */
import { BrokerError } from '../../errors.ts'
import { RpcLostError } from '../rpc.ts'

const LOST = new Set(['PLT_KFK_NETWORK', 'PLT_KFK_TIMEOUT', 'PLT_KFK_UNEXPECTED_CORRELATION_ID'])

/** The broker refused who we say we are: trying again with the same credentials is of no use. */
export class KafkaAuthenticationError extends BrokerError {
  override readonly name = 'KafkaAuthenticationError'
  constructor(address: string, cause: unknown) {
    super('KAFKA_AUTHENTICATION', `${address} refused the credentials: ${deepest(cause)}`, { cause })
  }
}

/** The connection's two sides do not speak the same: TLS on one side only, or a certificate that is not trusted. */
export class KafkaTlsError extends BrokerError {
  override readonly name = 'KafkaTlsError'
  constructor(address: string, cause: unknown) {
    super('KAFKA_TLS', `no TLS connection to ${address}: ${deepest(cause)}`, { cause })
  }
}

/** The broker does not speak what exactly-once needs. */
export class KafkaTooOldError extends BrokerError {
  override readonly name = 'KafkaTooOldError'
  constructor(address: string, api: string, since: string) {
    super(
      'KAFKA_TOO_OLD',
      `${address} does not speak ${api} as Kafka ${since} and later do: Kafka 3.1 or later is needed`,
    )
  }
}

/** RpcLostError for what may be otherwise next time; another error for what will not; a fault of ours as it is. */
export function connectionError(address: string, error: unknown): Error {
  const chain = causes(error)
  const login = chain.findIndex(({ code }) => code === 'PLT_KFK_AUTHENTICATION')
  if (login >= 0) {
    const why = chain.slice(login + 1)
    // A broker that went down meanwhile refused nobody, and whoever issues the tokens may be back in a moment.
    const passes = why.some(isLost) || chain.some(({ message }) => /provider/.test(message))
    return passes
      ? new RpcLostError(`${address}: ${deepest(error)}`, { cause: error })
      : new KafkaAuthenticationError(address, error)
  }
  if (chain.some(isTlsProblem)) return new KafkaTlsError(address, error)
  if (chain.some(isLost)) return new RpcLostError(`${address}: ${deepest(error)}`, { cause: error })
  return error instanceof Error ? error : new Error(String(error))
}

const isLost = ({ code = '' }: Cause) => LOST.has(code) || /^E[A-Z]+$/.test(code)

const isTlsProblem = ({ code, message }: Cause) =>
  code?.startsWith('ERR_SSL') ||
  code?.startsWith('ERR_TLS') ||
  code === 'EPROTO' ||
  /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code ?? '') ||
  /Broker requires TLS/.test(message)

interface Cause {
  readonly code: string | undefined
  readonly message: string
}

function causes(error: unknown): Cause[] {
  const chain: Cause[] = []
  const walk = (one: unknown, depth: number) => {
    if (!(one instanceof Error) || depth > 8) return
    chain.push({ code: (one as { code?: string }).code, message: one.message })
    walk(one.cause, depth + 1)
    if (one instanceof AggregateError) for (const inner of one.errors) walk(inner, depth + 1)
  }
  walk(error, 0)
  return chain
}

const deepest = (error: unknown) => causes(error).at(-1)?.message || String(error)
