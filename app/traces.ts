/** A trace on its way through the log: W3C's `traceparent` in a record's headers. */
import type { Headers } from '#topology'
import type { Config } from './config.ts'

export interface TracePlace {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
}

/** What the roles may do with traces; app/telemetry.ts has the one that exports. */
export interface Traces {
  /** Begins the trace of a record that is about to be written, or null where it is not one of the sampled. */
  begin(
    name: string,
    attributes: { readonly [name: string]: string },
  ): { readonly header: Headers[number]; end(): void } | null
  /** What was done with a record, in the trace that its headers name; without one nothing happens. Times are epoch ms. */
  add(
    name: string,
    headers: Headers,
    span: {
      readonly startedAt: number
      readonly endedAt: number
      readonly attributes: { readonly [name: string]: string | number }
    },
  ): void
  /** What was measured is sent. */
  close(): Promise<void>
}

export const TRACE_HEADER = 'traceparent'
const FORM = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

export const writeTraceHeader = ({ traceId, spanId, traceFlags }: TracePlace): Headers[number] => ({
  key: TRACE_HEADER,
  value: Buffer.from(`00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`),
})

/** Null where there is none, and where somebody wrote rubbish. */
export function readTraceHeader(headers: Headers): TracePlace | null {
  for (const { key, value } of headers) {
    if (key !== TRACE_HEADER || value.length !== 55) continue
    const match = FORM.exec(Buffer.from(value).toString('latin1'))
    if (match && !/^0+$/.test(match[1]!) && !/^0+$/.test(match[2]!))
      return { traceId: match[1]!, spanId: match[2]!, traceFlags: Number.parseInt(match[3]!, 16) }
  }
  return null
}

/** As configured; threads that trace nothing do not load OpenTelemetry. */
export const tracesOf = async (role: string, { traces }: Pick<Config, 'traces'>): Promise<Traces | null> =>
  traces.otlp === null ? null : (await import('./telemetry.ts')).openTraces({ role, ...traces })

/** What the pages tell of a message that became a live frame, into its trace; undefined where nothing is traced. */
export const traceFrames = (traces: Traces | null) =>
  traces
    ? (headers: Headers, startedAt: number, endedAt: number) =>
        traces.add('sse-frame', headers, { startedAt, endedAt, attributes: {} })
    : undefined

/** What a sink tells of records that are stored, into their traces; undefined where nothing is traced. */
export const traceStored = (traces: Traces | null, store: string) =>
  traces
    ? (records: readonly { readonly headers: Headers }[], startedAt: number, endedAt: number) => {
        for (const { headers } of records)
          traces.add(`sink-${store}`, headers, { startedAt, endedAt, attributes: { records: records.length } })
      }
    : undefined
