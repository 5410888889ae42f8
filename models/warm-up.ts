import type { SentimentModel } from './sentiment-model.ts'

const LINES = [
  '오늘 방송 진짜 재밌다 ㅋㅋㅋ',
  '노잼',
  '이거 언제 시작해요?',
  'gg 최고의 플레이였다',
  'ㅠㅠ 화면이 또 멈췄어요',
]

/**
 * Runs the batch sizes of a busy and of a quiet chat until the code is compiled and the kernels are made, so that the first
 * message of a broadcast does not wait for that.
 */
export function warmUp(model: Pick<SentimentModel, 'probabilities'>): void {
  for (const size of [1, 32, 256, 256]) {
    model.probabilities(Array.from({ length: size }, (_, i) => `${LINES[i % LINES.length]!} ${i}`))
  }
}
