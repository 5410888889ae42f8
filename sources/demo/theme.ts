/** What the demo broadcast is about; each round of the story takes the next one. */
export type Theme = 'games' | 'talk' | 'commerce'

export const themes: readonly Theme[] = ['games', 'talk', 'commerce']

/** One list per theme, built once. */
export const perTheme = (
  linesOf: (theme: Theme) => readonly string[],
): { readonly [theme in Theme]: readonly string[] } => ({
  games: linesOf('games'),
  talk: linesOf('talk'),
  commerce: linesOf('commerce'),
})
