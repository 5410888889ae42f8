import type { ChatMessage } from '#schemas/types.ts'
import { chatMessage } from '#sources/chat-message.ts'
import { runsOf } from '#sources/demo/fill-line.ts'
import { secondOfScript } from '#sources/demo/script.ts'

/**
 * About `count` messages of the demo, spread over `channels` that talk at the same time, `rate` messages a second each,
 * ending now. Every text is one that a person wrote; ids are unique.
 */
export function demoMessages(count: number, channels: number, rate: number): ChatMessage[] {
  const seconds = Math.ceil(count / channels / rate)
  const startedAt = Date.now() - seconds * 1000
  const messages: ChatMessage[] = []
  for (let second = 0; second < seconds; second++) {
    for (let channel = 0; channel < channels; channel++) {
      for (const written of secondOfScript(second, { seed: channel + 1, speed: 1, rate, tempo: 1 })) {
        const channelId = `demo:bench-${channel}`
        messages.push(
          chatMessage({
            source: 'demo',
            channelId,
            broadcastId: `bench-${channel}@${startedAt}`,
            id: `${channelId}-${written.key}`,
            kind: written.kind,
            timestamp: startedAt + written.at,
            receivedAt: startedAt + written.at,
            author: written.person.author,
            text: runsOf(written.text),
            amount: written.amount,
            target: written.target,
          }),
        )
      }
    }
  }
  return messages
}
