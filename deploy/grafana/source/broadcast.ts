import { TextBoxVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { board, minutes, type Sum } from './panels.ts'

/** One broadcast of one channel: the page's link "details" fills in both. */
const OF_BROADCAST = 'channelId:"$channel" AND broadcastId:"$broadcast"'
const MINUTES = `${OF_BROADCAST} AND sizeMs:60000`

const windows = (field: string, legend: string): Sum => ({ of: 'windows', query: MINUTES, field, legend })
const messages = (query: string, legend: string): Sum => ({
  of: 'messages',
  query: `${OF_BROADCAST} AND counted:true AND ${query}`,
  field: null,
  legend,
})

export const broadcast = board(
  'javas-broadcast',
  'JAVAS: a broadcast in detail',
  'Mood, profanity and pace of one broadcast, minute by minute, from what is archived in Elasticsearch.',
)
  .withVariable(new TextBoxVariableBuilder('channel').label('Channel, such as twitch:kimchi').defaultValue('*'))
  .withVariable(new TextBoxVariableBuilder('broadcast').label('Broadcast').defaultValue('*'))
  .withPanel(minutes('Messages a minute', 'short', windows('messages', 'messages'), windows('authors', 'people')))
  .withPanel(
    minutes(
      'Mood',
      'short',
      windows('positive', 'positive'),
      windows('neutral', 'neutral'),
      windows('negative', 'negative'),
      windows('unsure', 'unsure'),
      windows('unscored', 'unscored'),
    ),
  )
  .withPanel(minutes('Profanity', 'short', windows('profane', 'profane'), windows('mildlyProfane', 'mild')))
  .withPanel(
    minutes(
      'Severity',
      'short',
      messages('severity:1', 'mild'),
      messages('severity:2', 'strong'),
      messages('severity:3', 'severe'),
    ),
  )
  .withPanel(
    minutes(
      'Questions, paid messages, removals',
      'short',
      messages('question:true', 'questions'),
      messages('paid:true', 'paid'),
      messages('deleted:true', 'removed'),
    ),
  )
  .withPanel(
    minutes('Alarms', 'short', {
      of: 'alerts',
      query: `${OF_BROADCAST} AND state:firing`,
      field: null,
      legend: 'firing',
    }),
  )
