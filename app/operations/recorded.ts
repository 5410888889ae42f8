/** Which commands on the data are written down as actions of an operator, and what of them. */
import type { ArchiveQuery } from '#sinks/archive.ts'
import type { OwnAction } from './operation.ts'
import type { OperationArgs, OperationName } from './operations.ts'

type Recorded = { readonly [N in OperationName]: ((args: OperationArgs<N>) => OwnAction) | null }

const ofQuery = (query: ArchiveQuery) => ({
  ...(query.channelId && { channelId: query.channelId }),
  ...(query.authorId && { authorId: query.authorId }),
  text: JSON.stringify(query),
})

const recorded: Recorded = {
  'archive-search': ({ query, original }) => ({
    kind: 'search',
    ...ofQuery(query),
    details: { texts: original ? 'original' : 'masked' },
  }),
  'archive-count': null,
  'archive-download': ({ query, format, masked }) => ({
    kind: 'export',
    ...ofQuery(query),
    details: { what: 'messages', format, texts: masked ? 'masked' : 'original' },
  }),
  'archive-dry-run-alarms': null,
  'feedback-export': ({ about }) => ({ kind: 'export', details: { what: 'feedback', about } }),
  report: ({ channelId, broadcastId, people }) => ({
    kind: 'export',
    channelId,
    broadcastId,
    details: { what: 'report', names: String(people) },
  }),
  'compare-verdicts': ({ channelId, broadcastId }) => ({
    kind: 'export',
    channelId,
    broadcastId,
    details: { what: 'compared verdicts' },
  }),
  // Without the person: an audit that names them would keep what was to be erased.
  'erase-person': ({ channelId }) => ({ kind: 'erase', channelId }),
  // A run writes down itself what it took.
  retention: null,
  'retention-log': null,
  'evidence-collect': ({ channelId, authorId, messages, around }) => ({
    kind: 'evidence',
    channelId,
    authorId,
    details: {
      messages: 'from' in messages ? `${messages.from} to ${messages.to}` : messages.join(' '),
      around: String(around),
    },
  }),
  topics: null,
  lag: null,
  'verify-archive': null,
  watch: ({ link }) => ({ kind: 'watch', text: link }),
  reset: () => ({ kind: 'reset' }),
  act: (action) => action,
}

/** The action that a command is; null for one that shows nothing of anybody and changes nothing. */
export const actionOfOperation = <N extends OperationName>(name: N, args: OperationArgs<N>): OwnAction | null =>
  recorded[name]?.(args as never) ?? null
