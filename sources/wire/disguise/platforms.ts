/** Who is who on each platform's wire. */
import { escapeTag, parseTags } from '../../irc/parse-irc.ts'
import { decodePackets, encodePacket, fieldsOf } from '../../soop/soop-packet.ts'
import type { Pseudonyms } from '../pseudonyms.ts'
import { type Disguise, disguisedJson, type JsonRules } from './disguise.ts'
import { youtubeDisguise } from './youtube.ts'

export const disguises: { readonly [source: string]: (pseudonyms: Pseudonyms) => Disguise } = {
  youtube: youtubeDisguise,
  'naver-shopping': naverShoppingDisguise,
  chzzk: chzzkDisguise,
  soop: soopDisguise,
  twitch: twitchDisguise,
}

function jsonDisguise(rules: JsonRules): Disguise {
  return {
    body: (text) => disguisedJson(text, rules),
    frame: (data) => Buffer.from(disguisedJson(data.toString('utf8'), rules)),
  }
}

/** The shop's name is changed as the viewers' are, everywhere alike: its own comments stay its own. */
function naverShoppingDisguise(pseudonyms: Pseudonyms): Disguise {
  const name = (text: string) => pseudonyms.of(text)
  return jsonDisguise({ people: { nickname: name, idNo: name, profileUrl: null, broadcastOwnerId: name } })
}

function chzzkDisguise(pseudonyms: Pseudonyms): Disguise {
  const name = (text: string) => pseudonyms.of(text, 16)
  const people = [
    'uid',
    'userId',
    'userIdHash',
    'nickname',
    'blindUserId',
    'receiverNickname',
    'receiverUserIdHash',
    'verifiedUid',
  ]
  const gone = ['profileImageUrl', 'uuid', 'sid', 'accTkn', 'extraToken']
  return jsonDisguise({
    people: {
      ...Object.fromEntries(people.map((property) => [property, name])),
      ...Object.fromEntries(gone.map((property) => [property, () => 'x'])),
      accessToken: () => 'x',
    },
  })
}

/** Places of people's ids and names by service; of every other service the fields are not kept. */
const soopPeople: { readonly [service: number]: readonly number[] } = {
  5: [2, 6],
  26: [2, 5],
  18: [2, 3],
  87: [3, 4],
  105: [3, 4],
  91: [2, 3],
  93: [2, 3],
  109: [6, 7],
  8: [1],
  11: [1, 2],
  25: [1, 2],
}
/** Nobody stands in these. */
const soopPlain = new Set([0, 1, 2, 3, 7, 19, 21, 23, 54, 58, 88, 90, 94, 104, 110])

function soopDisguise(pseudonyms: Pseudonyms): Disguise {
  const renamed = (text: string) => {
    const [, id = '', window = ''] = /^(.*?)(\(\d+\))?$/s.exec(text) ?? []
    return pseudonyms.of(id) + window
  }
  return {
    body: (text) => text,
    frame: (data) => {
      const packets = decodePackets(data).packets.map((packet) => {
        if (soopPlain.has(packet.service) || packet.code !== 0) {
          const start = packet.body.byteOffset - data.byteOffset - 14
          return data.subarray(start, start + 14 + packet.body.length)
        }
        const places = soopPeople[packet.service]
        // The first and the last field are what stands before and after the form feeds.
        const fields = fieldsOf(packet).slice(1, -1)
        const kept = places ? fields.map((field, index) => (places.includes(index + 1) ? renamed(field) : field)) : []
        return encodePacket(packet.service, kept)
      })
      return Buffer.concat(packets)
    },
  }
}

const twitchPeople = new Set([
  ...['display-name', 'login', 'user-id', 'target-user-id', 'reply-parent-display-name', 'reply-parent-user-login'],
  ...['reply-parent-user-id', 'reply-thread-parent-user-login', 'reply-thread-parent-display-name'],
  ...['reply-thread-parent-user-id', 'msg-param-recipient-display-name', 'msg-param-recipient-user-name'],
  ...[
    'msg-param-recipient-id',
    'msg-param-displayName',
    'msg-param-login',
    'msg-param-sender-login',
    'msg-param-sender-name',
  ],
])
const twitchSpeaking = new Set(['system-msg', 'reply-parent-msg-body'])

function twitchDisguise(pseudonyms: Pseudonyms): Disguise {
  const line = (text: string): string => {
    const [, tagged = '', prefix = '', rest = ''] = /^(?:@(\S*) +)?(?::(\S*) +)?(.*)$/s.exec(text) ?? []
    const names = new Set<string>()
    const name = (given: string) => {
      if (given !== '') names.add(given)
      return pseudonyms.of(given.toLowerCase()).toLowerCase()
    }
    const nick = /^([^!@.]+)!/.exec(prefix)?.[1]
    const shown = nick === undefined ? prefix : `${name(nick)}!${name(nick)}@${name(nick)}.tmi.twitch.tv`
    const tags = [...parseTags(tagged)].map(
      ([tag, value]) => [tag, twitchPeople.has(tag) ? name(value) : value] as const,
    )
    const spoken = (value: string) => [...names].reduce((out, one) => out.replaceAll(one, name(one)), value)
    const kept = tags.map(([tag, value]) => `${tag}=${escapeTag(twitchSpeaking.has(tag) ? spoken(value) : value)}`)
    const clears = /^(CLEARCHAT #\S+ :)(\S+)$/.exec(rest)
    const lists = /^353 .* :/.exec(rest)
    const said = clears ? clears[1] + name(clears[2]!) : lists ? lists[0] : rest
    return `${kept.length > 0 ? `@${kept.join(';')} ` : ''}${prefix === '' ? '' : `:${shown} `}${said}`
  }
  return {
    body: (text) => text,
    frame: (data) =>
      Buffer.from(
        data
          .toString('utf8')
          .split('\r\n')
          .map((one) => (one === '' ? one : line(one)))
          .join('\r\n'),
      ),
  }
}
