import { chatMessage } from '#sources/chat-message.ts'
import { chzzkMeanings, chzzkPacket } from '#sources/chzzk/chzzk-message.ts'
import { benchBroadcast, chatText, type SourceWork } from './work.ts'

/** One frame of 20 messages, with profiles and extras packed as texts. */
export function chzzkWork(): SourceWork {
  const bdy = Array.from({ length: 20 }, (_, index) => ({
    ...{ svcid: 'game', cid: 'N2aB_x', uid: `hash${index % 50}`, msg: chatText(index), msgTypeCode: 1, mbrCnt: 812 },
    ...{ msgStatusType: 'NORMAL', msgTime: 1_795_400_000_000 + index },
    profile: JSON.stringify({
      ...{ userIdHash: `hash${index % 50}`, nickname: `별${index % 50}`, userRoleCode: 'common_user', badge: null },
      streamingProperty: { subscription: { accumulativeMonth: 3, tier: 1 } },
    }),
    extras: JSON.stringify({ chatType: 'STREAMING', osType: 'PC', emojis: { d_47: 'https://ssl.example/47.png' } }),
  }))
  const frame = Buffer.from(JSON.stringify({ svcid: 'game', ver: '1', cmd: 93_101, tid: null, cid: 'N2aB_x', bdy }))
  const context = { broadcast: benchBroadcast('chzzk'), receivedAt: 1_795_400_001_000 }
  return {
    name: 'chzzk',
    run: () => {
      const packet = chzzkPacket(frame)
      let messages = 0
      for (const meaning of packet ? chzzkMeanings(packet, context) : [])
        if ('draft' in meaning && chatMessage(meaning.draft).id !== '') messages++
      return messages
    },
  }
}
