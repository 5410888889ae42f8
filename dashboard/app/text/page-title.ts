import type { Text } from './ko.ts'
import { textOf } from './language.tsx'

/** The title of a page in the language of the page: the root's loader knows it. */
export function pageTitle(
  matches: readonly { readonly id: string; readonly data?: unknown }[],
  pick: (t: Text) => string,
) {
  const root = matches.find(({ id }) => id === 'root')?.data as { readonly language?: 'ko' | 'en' } | undefined
  return [{ title: `${pick(textOf(root?.language ?? 'ko'))} — JAVAS` }]
}
