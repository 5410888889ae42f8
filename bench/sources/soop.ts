import { chatMessage } from '#sources/chat-message.ts'
import { soopMeaning } from '#sources/soop/soop-message.ts'
import { decodePackets, encodePacket } from '#sources/soop/soop-packet.ts'
import { benchBroadcast, chatText, type SourceWork } from './work.ts'

/** One frame of 20 messages, and as on the real wire far more lists of who came and went. */
export function soopWork(): SourceWork {
  const list = encodePacket(
    4,
    Array.from({ length: 40 }, (_, index) => `user${index}`),
  )
  const packets = Array.from({ length: 20 }, (_, index) =>
    encodePacket(5, [
      ...[chatText(index), `user${index % 50}(2)`, '0', '0', '3', `닉${index % 50}`, '65568|163840', '-1'],
      ...['A1B2C3', 'D4E5F6', '-1', '-1', '', '-1'],
    ]),
  )
  const frame = Buffer.concat([...packets, ...Array.from({ length: 100 }, () => list)])
  const context = { broadcast: benchBroadcast('soop'), receivedAt: 1_795_400_001_000, ordinal: 0 }
  return {
    name: 'soop',
    run: () => {
      let messages = 0
      for (const packet of decodePackets(frame).packets) {
        const meaning = soopMeaning(packet, context)
        if (meaning.type !== 'ignored' && chatMessage(meaning.draft).id !== '') messages++
      }
      return messages
    },
  }
}
