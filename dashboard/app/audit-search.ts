/** What the audit page is asked for, as it stands in the URL. Bounded: the URL comes from outside. */
import type { ActionQuery } from '#sinks/archive.ts'

const DAY = 24 * 60 * 60 * 1000

export interface AuditSearch {
  readonly query: ActionQuery
  /** As typed, for the form. */
  readonly form: {
    readonly kind: string
    readonly by: string
    readonly channel: string
    readonly from: string
    readonly to: string
  }
}

/** Days are those of this machine's clock, as the archive's search takes them. */
export function parseAuditSearch(search: URLSearchParams): AuditSearch {
  const text = (name: string, longest: number) => (search.get(name) ?? '').trim().slice(0, longest)
  const form = {
    kind: text('kind', 50),
    by: text('by', 100),
    channel: text('channel', 300),
    from: day(search.get('from')),
    to: day(search.get('to')),
  }
  const cursor = text('cursor', 100)
  return {
    form,
    query: {
      ...(form.kind && { kinds: [form.kind] }),
      ...(form.by && { by: form.by }),
      ...(form.channel && { channelId: form.channel }),
      ...(form.from && { from: localMidnight(form.from) }),
      ...(form.to && { to: localMidnight(form.to) + DAY }),
      ...(cursor && { cursor }),
    },
  }
}

const day = (value: string | null) =>
  value && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : ''
const localMidnight = (date: string) => new Date(`${date}T00:00:00`).getTime()
