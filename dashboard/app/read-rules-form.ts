/** Reads the rules form: one pattern a line, all of one kind. What the values may be is checked where rules are made. */
import type { NewRule } from '#processors/channel-rules/change-rules.ts'

export function draftOf(form: FormData): NewRule[] {
  const text = (name: string) => String(form.get(name) ?? '')
  const patterns = [
    ...new Set(
      text('patterns')
        .split('\n')
        .map((line) => line.trim()),
    ),
  ].filter(Boolean)
  return patterns.map((pattern) => ({
    list: text('list') === 'allow' ? 'allow' : 'block',
    form: text('form') === 'wildcard' ? 'wildcard' : text('form') === 'regex' ? 'regex' : 'literal',
    pattern,
    severity: Number(text('severity') || 2),
    note: text('note').trim(),
  }))
}

/** `word: variant, variant`, one word a line. */
export function dictionaryOf(text: string): { readonly word: string; readonly variants: readonly string[] }[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [word = '', variants = ''] = line.split(/:(.*)/s)
      return { word: word.trim(), variants: variants.split(',').map((variant) => variant.trim()) }
    })
}
