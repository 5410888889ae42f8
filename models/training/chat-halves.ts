/** The chat set's dev part in two halves of other topics, so that a model that saw one can be asked about the other. */
import { join } from 'node:path'
import { readTable } from './data-sets.ts'

export interface ChatDevRow {
  readonly text: string
  readonly label: string
  readonly half: 0 | 1
}

export function chatDev(): ChatDevRow[] {
  const rows = readTable(join(import.meta.dirname, '../chat-set/dev.tsv'))
  const topics = [...new Set(rows.map(([topic]) => topic))]
  return rows.map(([topic, , label = '', text = '']) => ({
    text,
    label,
    half: topics.indexOf(topic) % 2 === 0 ? 0 : 1,
  }))
}
