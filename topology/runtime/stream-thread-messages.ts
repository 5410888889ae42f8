import type { StreamsMetrics } from './metrics-snapshot.ts'
import type { StreamThreadSeat } from './stream-thread-module.ts'
import type { StreamsState } from './streams-state.ts'

export interface StreamThreadData extends StreamThreadSeat {
  /** URL of the module. */
  readonly module: string
}

export type ToThread =
  | { readonly kind: 'close'; readonly leave: boolean }
  | { readonly kind: 'metrics'; readonly call: number }

export type FromThread =
  | { readonly kind: 'state'; readonly state: StreamsState }
  | { readonly kind: 'metrics'; readonly call: number; readonly metrics: StreamsMetrics | null }
  | { readonly kind: 'failed'; readonly failure: RemoteFailure }

/** An error on its way between threads. */
export interface RemoteFailure {
  readonly code: string
  readonly message: string
  readonly stack: string
}

export function remoteFailure(error: unknown): RemoteFailure {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  return { code, message, stack }
}
