export const subjectStrategies = ['topic', 'record', 'topic-record'] as const

/** How a subject is named, after Confluent's TopicNameStrategy, RecordNameStrategy and TopicRecordNameStrategy. */
export type SubjectStrategy = (typeof subjectStrategies)[number]

/** @param topic without a suffix, such as `chat-messages` */
export function subjectOf(strategy: SubjectStrategy, topic: string, schema: string): string {
  if (strategy === 'topic') return `${topic}-value`
  const { name = 'unnamed', namespace } = JSON.parse(schema) as { name?: string; namespace?: string }
  const record = namespace ? `${namespace}.${name}` : name
  return strategy === 'record' ? record : `${topic}-${record}`
}
