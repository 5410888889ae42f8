/** What a ranking is asked for, as it stands in the URL. */

/** Days that may be chosen; 0 is everything archived. */
export const stretches = [1, 7, 30, 90, 0] as const

export interface PeopleSearch {
  readonly days: number
  readonly broadcast: string
  readonly severity: number
}

export function parsePeopleSearch(search: URLSearchParams): PeopleSearch {
  return {
    days: stretches.find((days) => String(days) === search.get('days')) ?? 30,
    broadcast: (search.get('broadcast') ?? '').slice(0, 300),
    severity: [1, 2, 3].find((level) => String(level) === search.get('severity')) ?? 1,
  }
}
