/** What an erasure leaves, and until when, as receipts say it. */
const REMAINS_ANYWHERE = [
  'counts per minute and estimates of how many people wrote, which nobody can be told from',
  'what other people wrote about the person or to them',
  'copies that left this program before: downloads, backups, mails',
]

export const REMAINS = [
  'ids of messages that were seen, without author or text, until they expire (a day)',
  ...REMAINS_ANYWHERE,
]

export const REMAINS_ON_CLUSTER = [
  "Kafka's log, which cannot be rewritten: messages for 7 days, offences, alerts and what could not be processed for 30, unless the cluster keeps them longer",
  'what operators did, in the topic operator-actions alone, for two years: no store takes it up again',
  "what the analysis counts of the person's offences, until it has read that it is to forget them: at once where it runs",
  ...REMAINS_ANYWHERE,
]
