import type { Feedback } from '#processors/feedback.ts'
import { sentimentText } from '#processors/score-sentiment.ts'
import { topics } from '#schemas/topics.ts'
import { Judges } from '../feedback/judged-messages.ts'
import { followTopic } from '../follow-topic.ts'
import type { Operation } from './operation.ts'

export interface ExportFeedbackArgs {
  readonly about: Feedback['about']
}

/**
 * What people said of verdicts as rows to train on: a header, then label and text separated by a tab. Texts come from the archive, the
 * sentiment's as the model reads them, without names and addresses; messages that are gone from there are left out. The last line,
 * which begins with `#`, says what was left out.
 */
export const exportFeedback: Operation<ExportFeedbackArgs> = async function* ({ broker, archive }, { about }, signal) {
  const judges = new Judges(about)
  const declared = topics.operatorActions
  // A cluster may have more partitions than we declare.
  const there = (await broker.topics()).find(({ name }) => name === declared.name)
  const stop = new AbortController()
  await followTopic({
    broker,
    topic: { ...declared, partitions: there?.partitions ?? declared.partitions },
    signal: AbortSignal.any([signal, stop.signal]),
    onRecord: ({ value }) => {
      if (value !== null) judges.add(value)
    },
    onUndecodable: () => {},
    onCaughtUp: () => stop.abort(),
  })
  const { judged, split, unsaid } = judges.judgement()
  yield about === 'sentiment' ? 'label\ttext\n' : 'severity\ttext\n'
  let written = 0
  let gone = 0
  for (const { channelId, messageId, label } of judged) {
    if (signal.aborted) return
    const found = await archive.message(channelId, messageId)
    const text = found === null ? '' : about === 'sentiment' ? sentimentText(found.message) : found.message.text
    const line = text.replace(/\s+/g, ' ').trim()
    if (line === '') {
      gone++
      continue
    }
    yield `${label}\t${line}\n`
    written++
  }
  yield `# ${written} rows; left out: ${gone} without a text in the archive, ${split} on which people are split, ${unsaid} that are wrong without a right\n`
}
