/** How a client proves who it is and whom it talks to. */
import type { ConnectionOptions as TlsOptions } from 'node:tls'
import type { SASLOptions } from '@platformatic/kafka'

/** Options of `tls.connect`: `ca`, `cert`, `key`, `passphrase`, `servername`, `rejectUnauthorized`. */
export type KafkaTls = TlsOptions | true

export type KafkaSasl =
  | {
      readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
      readonly username: string
      readonly password: string
    }
  | {
      readonly mechanism: 'OAUTHBEARER'
      /** Asked at every connection, and again before the broker's session ends: may fetch and cache. */
      readonly token: () => string | Promise<string>
    }

export interface KafkaSecurity {
  readonly tls?: KafkaTls
  readonly sasl?: KafkaSasl
}

/** The same, as the connection takes it. */
export function connectionSecurity({ tls, sasl }: KafkaSecurity): { tls?: TlsOptions; sasl?: SASLOptions } {
  return {
    ...(tls && { tls: tls === true ? {} : tls }),
    ...(sasl && { sasl: saslOptions(sasl) }),
  }
}

function saslOptions(sasl: KafkaSasl): SASLOptions {
  if (sasl.mechanism !== 'OAUTHBEARER') return sasl
  return {
    mechanism: 'OAUTHBEARER',
    token: sasl.token,
    // A broker that refuses a token says so in an answer that is no error; it would hang up at the next request.
    authBytesValidator: (authBytes, callback) => {
      if (authBytes?.length > 0) callback(new Error(`the broker refused the token: ${authBytes.toString()}`))
      else callback(null, authBytes)
    },
  }
}
