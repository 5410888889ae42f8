/** One source's share of the work, without the waiting. */
export interface SourceWork {
  readonly name: string
  /** Parses one answer, frame or batch of lines; returns how many messages it became. */
  readonly run: () => number
}

const words = [
  '안녕하세요',
  'ㅋㅋㅋㅋㅋ',
  '와 진짜 대박이다',
  '오늘 방송 몇 시까지 해요?',
  'gg',
  '사이즈 어떻게 되나요 😂',
  '화이팅!!',
]

/** Chat as people write it, without a pattern that a cache would learn. */
export const chatText = (index: number): string =>
  `${words[index % words.length]} ${words[(index * 7) % words.length]} ${index % 97}`

export const benchBroadcast = (source: string) => ({
  ...{ source, channelId: `${source}:bench`, broadcastId: 'bench', url: '', title: '', channelName: '' },
})
