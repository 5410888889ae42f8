/** Names of the topics an application makes for itself. */

export const changelogTopic = (applicationId: string, store: string) => `${applicationId}-${store}-changelog`

/** The store whose changelog this is, or undefined. */
export function storeOfChangelog(applicationId: string, topic: string): string | undefined {
  const prefix = `${applicationId}-`
  const suffix = '-changelog'
  if (!topic.startsWith(prefix) || !topic.endsWith(suffix)) return undefined
  const store = topic.slice(prefix.length, -suffix.length)
  return store === '' ? undefined : store
}

/**
 * The internal topics of `applicationId` among `topics`. An application whose id begins with another's keeps its own:
 * `chat-analysis-x-changelog` belongs to `chat-analysis` when that one is known, not to `chat`.
 */
export function internalTopics(applicationId: string, applications: readonly string[], topics: readonly string[]) {
  const longer = applications.filter((other) => other.startsWith(`${applicationId}-`))
  return topics.filter(
    (topic) =>
      topic.startsWith(`${applicationId}-`) &&
      /-(changelog|repartition)$/.test(topic) &&
      !longer.some((other) => topic.startsWith(`${other}-`)),
  )
}
