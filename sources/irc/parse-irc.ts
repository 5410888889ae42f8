/** IRC with IRCv3 message tags: https://ircv3.net/specs/extensions/message-tags */

export interface IrcMessage {
  readonly tags: ReadonlyMap<string, string>
  /** who sent it: `nick!user@host` or a server; empty when the line names nobody */
  readonly prefix: string
  /** upper case, or three digits */
  readonly command: string
  readonly params: readonly string[]
}

/** Tags take at most 8,191 bytes and the rest 512; four times that still is not a line. */
export const MAX_LINE = 32_768

/** Null when the line is not IRC. Never throws. */
export function parseIrc(line: string): IrcMessage | null {
  if (line.length > MAX_LINE) return null
  let rest = line
  let tags: ReadonlyMap<string, string> = noTags
  if (rest.startsWith('@')) {
    const end = rest.indexOf(' ')
    if (end < 0) return null
    tags = parseTags(rest.slice(1, end))
    rest = rest.slice(end).trimStart()
  }
  let prefix = ''
  if (rest.startsWith(':')) {
    const end = rest.indexOf(' ')
    if (end < 0) return null
    prefix = rest.slice(1, end)
    rest = rest.slice(end).trimStart()
  }
  const trailing = rest.startsWith(':') ? 0 : rest.indexOf(' :')
  const middle = trailing < 0 ? rest : rest.slice(0, trailing)
  const [command = '', ...params] = middle.split(' ').filter((word) => word !== '')
  if (!/^([A-Za-z]{1,32}|\d{3})$/.test(command)) return null
  if (trailing >= 0) params.push(rest.slice(trailing + 2))
  return { tags, prefix, command: command.toUpperCase(), params }
}

/** The nick of a prefix, or the server's name. */
export function nickOf(prefix: string): string {
  return prefix.split(/[!@]/, 1)[0] ?? ''
}

const noTags: ReadonlyMap<string, string> = new Map()

/** `name=value;name=value`, unescaped. */
export function parseTags(text: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string>()
  for (const tag of text.split(';')) {
    const equals = tag.indexOf('=')
    const name = equals < 0 ? tag : tag.slice(0, equals)
    if (name !== '') tags.set(name, equals < 0 ? '' : unescapeTag(tag.slice(equals + 1)))
  }
  return tags
}

const escaped: { readonly [character: string]: string } = { ':': ';', s: ' ', '\\': '\\', r: '\r', n: '\n' }

/** A backslash before any other character, or at the end, is dropped. */
export function unescapeTag(value: string): string {
  if (!value.includes('\\')) return value
  return value.replace(/\\([\s\S]?)/g, (_, character: string) => escaped[character] ?? character)
}

const unescaped: { readonly [character: string]: string } = {
  ';': '\\:',
  ' ': '\\s',
  '\\': '\\\\',
  '\r': '\\r',
  '\n': '\\n',
}

/** What `unescapeTag` takes back. */
export function escapeTag(value: string): string {
  return value.replace(/[; \\\r\n]/g, (character) => unescaped[character]!)
}
