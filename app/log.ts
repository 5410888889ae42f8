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
): Log {
  const at = (level: Level) => (text: string) => {
    if (ORDER.indexOf(level) < ORDER.indexOf(least)) return
    const time = new Date().toISOString()
    const message = printable(text.replaceAll('\n', ' '))
    if (format === 'json') write(`${JSON.stringify({ time, level, role, message })}\n`)
    else write(`${time.slice(11, 19)} ${level} ${role} ${message}\n`)
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** The log of a role as the environment asks for it. */
export const logOf = (
  role: string,
  { logLevel, logFormat }: { readonly logLevel: Level; readonly logFormat: LogFormat },
): Log => createLog(role, logLevel, undefined, logFormat)
