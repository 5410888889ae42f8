/** One way to write one swear word, and where it is innocent. Compiled by `pattern-trie.ts`, applied by `find-profanity.ts`. */
export type Category = 'vulgar' | 'insult' | 'family' | 'sexual' | 'hate' | 'threat' | 'custom'

export interface Context {
  /** Only where no Hangul syllable touches it on the left, but for an intensifier such as 개 or 이 ("이새끼"). */
  readonly word?: boolean
  /** As `word`, without the intensifiers. */
  readonly strictWord?: boolean
  /** Only where no Hangul syllable touches it on the right, or one that this accepts. */
  readonly tail?: RegExp
  /** Innocent where the text before the match fits; write it with `$`. At most 12 units are shown. */
  readonly notBefore?: RegExp
  /** Innocent where the text after the match fits; write it with `^`. */
  readonly notAfter?: RegExp
  /** Innocent where a syllable touches it on the left and the text after fits: the middle of a longer word ("도시발전"). */
  readonly notGlued?: RegExp
  /** Innocent unless the text before fits. */
  readonly onlyBefore?: RegExp
  /** Innocent unless the text after fits. */
  readonly onlyAfter?: RegExp
  /** Innocent where the whole message fits: an affectionate sentence, a quiz. */
  readonly notIn?: RegExp
  /** Innocent where it is written as a name: a capital, and a capitalised word beside it ("Moby Dick"). */
  readonly notName?: boolean
  /** Has an innocent sense as common: in plain letters it counts where the abuse model does not call the line innocent. */
  readonly ambiguous?: boolean
  /** Never over a gap: the pieces are words of their own too often. */
  readonly noGap?: boolean
  /** Over symbols and digits, but not over spaces. */
  readonly noSpace?: boolean
  /** Typed with the keyboard set to English it counts too. Default: plain and phonetic forms do. */
  readonly keyboard?: boolean
  /** Counts only when typed with the keyboard set to English: too innocent as Hangul. */
  readonly onlyTyped?: boolean
}

export interface Rule extends Context {
  /** Stable: word and technique, such as `ko.sibal.choseong`. */
  readonly id: string
  readonly category: Category
  readonly severity: 1 | 2 | 3
  readonly technique: string
  /**
   * Spellings, separated by spaces. [..] is one of these letters, ? after a letter or bracket makes it optional,
   * X is a blanking mark (x, *, a circle). Single jamo match single jamo only.
   */
  readonly patterns: string
}

/** The forms of one word under one id. */
export function word(
  id: string,
  category: Category,
  severity: 1 | 2 | 3,
  forms: {
    readonly [technique: string]: string | (Context & { readonly patterns: string; readonly severity?: 1 | 2 | 3 })
  },
  context: Context = {},
): Rule[] {
  return Object.entries(forms).map(([form, value]) => {
    // The form's name may carry a number to keep two contexts of one technique apart ("plain-2").
    const technique = form.replace(/-\d+$/, '')
    const own = typeof value === 'string' ? { patterns: value } : value
    return { id: `${id}.${form}`, category, severity, technique, ...context, ...own }
  })
}

/** Every spelling of `patterns`, brackets and optional letters written out. */
export function spellings(patterns: string): string[] {
  return patterns.split(/\s+/).filter(Boolean).flatMap(expand)
}

function expand(pattern: string): string[] {
  let out = ['']
  for (let i = 0; i < pattern.length; ) {
    let choices: string[]
    if (pattern[i] === '[') {
      const close = pattern.indexOf(']', i)
      choices = [...pattern.slice(i + 1, close)]
      i = close + 1
    } else {
      choices = [pattern[i]!]
      i++
    }
    if (pattern[i] === '?') {
      choices.push('')
      i++
    }
    out = out.flatMap((head) => choices.map((choice) => head + choice))
  }
  return [...new Set(out)]
}
