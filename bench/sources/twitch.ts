import { chatMessage } from '#sources/chat-message.ts'
import { LineSplitter } from '#sources/irc/line-splitter.ts'
import { parseIrc } from '#sources/irc/parse-irc.ts'
import { twitchMeaning } from '#sources/twitch-message.ts'
import { benchBroadcast, chatText, type SourceWork } from './work.ts'

/** One frame of 50 lines, a tenth of them with an emote. */
export function twitchWork(): SourceWork {
  const lines = Array.from({ length: 50 }, (_, index) => {
    const emotes = index % 10 === 0 ? '25:0-4' : ''
    const text = index % 10 === 0 ? `Kappa ${chatText(index)}` : chatText(index)
    const tags = `badge-info=subscriber/14;badges=subscriber/12;color=#1E90FF;display-name=별${index};emotes=${emotes};id=${index}b1c-2d3e;mod=0;room-id=55512345;tmi-sent-ts=${1_795_400_000_000 + index};user-id=${index}`
    return `@${tags} :viewer${index}!viewer${index}@viewer${index}.tmi.twitch.tv PRIVMSG #bench :${text}\r\n`
  })
  const frame = lines.join('')
  const splitter = new LineSplitter()
  const context = { broadcast: benchBroadcast('twitch'), channel: 'bench', receivedAt: 1_795_400_001_000, ordinal: 0 }
  return {
    name: 'twitch',
    run: () => {
      let messages = 0
      for (const line of splitter.push(frame)) {
        const irc = parseIrc(line)
        const meaning = irc && twitchMeaning(irc, { ...context, line })
        if (meaning && meaning.type !== 'nothing' && chatMessage(meaning.draft).id !== '') messages++
      }
      return messages
    },
  }
}
