/** Markup whose every inserted value is escaped, unless it is markup itself. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Insert = Html | string | number | readonly Html[]

const escapes: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Characters that reorder or control what stands around them, in a name or a title as well as in chat. */
const unruly = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu

export const escapeHtml = (text: string): string =>
  text.replace(unruly, ' ').replace(/[&<>"']/g, (character) => escapes[character]!)

export function html(parts: TemplateStringsArray, ...inserts: readonly Insert[]): Html {
  const text = (insert: Insert): string => {
    if (insert instanceof Html) return insert.text
    return typeof insert === 'object' ? insert.map(({ text }) => text).join('') : escapeHtml(String(insert))
  }
  return new Html(parts.reduce((before, part, at) => `${before}${text(inserts[at - 1]!)}${part}`))
}

export const nothing = new Html('')
