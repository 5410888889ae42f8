import { printable } from './printable.ts'

/** One line a fact, on stderr: `12:34:56 info collect twitch:kimchi is live`. Never holds chat text. */
export interface Log {
  debug(text: string): void
  info(text: string): void
  warn(text: string): void
  error(text: string): void
}

const ORDER = ['debug', 'info', 'warn', 'error'] as const
type Level = (typeof ORDER)[number]

/** @param role what speaks: start, collect, analyze, export, dashboard */
export function createLog(
  role: string,
  least: Level = 'info',
  write = (line: string) => void process.stderr.write(line),
): Log {
  const at = (level: Level) => (text: string) => {
    if (ORDER.indexOf(level) < ORDER.indexOf(least)) return
    write(`${new Date().toISOString().slice(11, 19)} ${level} ${role} ${printable(text.replaceAll('\n', ' '))}\n`)
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
