/** The spans of a text under a channel's own rules and the built-in ones, as the analysis would flag it. */
import type { ChannelRule, ChannelSettings } from '#schemas/types.ts'
import { flagText, profanityWords } from '../profanity/flag-text.ts'
import { openAbuseGrader } from '../profanity/model/abuse-grader.ts'
import type { FindSpans } from './dry-run.ts'

const grader = openAbuseGrader()

export function spansUnder(
  rules: readonly ChannelRule[],
  settings: Pick<ChannelSettings, 'blockedWords' | 'allowedWords'>,
): FindSpans {
  const words = profanityWords(settings, { rules })
  return (text) => grader.meant(text, flagText(text, words))
}
