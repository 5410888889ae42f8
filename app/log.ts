import { type PushLine, pushLines } from './otlp.ts'
import { printable } from './printable.ts'

/** One line a fact, on stderr: `12:34:56 info collect twitch:kimchi is live`, or as JSON. Never holds chat text. */
export interface Log {
  debug(text: string): void
  info(text: string): void
  warn(text: string): void
  error(text: string): void
}

const ORDER = ['debug', 'info', 'warn', 'error'] as const
type Level = (typeof ORDER)[number]

export type LogFormat = 'plain' | 'json'

/** @param role what speaks: start, collect, analyze, export, dashboard */
export function createLog(
  role: string,
  least: Level = 'info',
  write = (line: string) => void process.stderr.write(line),
  format: LogFormat = 'plain',
  push?: PushLine,
): Log {
  const at = (level: Level) => (text: string) => {
    if (ORDER.indexOf(level) < ORDER.indexOf(least)) return
    const now = new Date()
    const time = now.toISOString()
    const message = printable(text.replaceAll('\n', ' '))
    push?.(role, level, now.getTime(), message)
    if (format === 'json') write(`${JSON.stringify({ time, level, role, message })}\n`)
    else write(`${time.slice(11, 19)} ${level} ${role} ${message}\n`)
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

interface LogConfig {
  readonly logLevel: Level
  readonly logFormat: LogFormat
  /** Collectors that lines go to as well. */
  readonly otlp?: { readonly logs: string | null }
}

/** The log of a role as the environment asks for it. */
export const logOf = (role: string, { logLevel, logFormat, otlp }: LogConfig): Log =>
  createLog(role, logLevel, undefined, logFormat, otlp?.logs ? pushLines(otlp.logs) : undefined)
