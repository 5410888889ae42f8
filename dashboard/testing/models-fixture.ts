/** Models as a page may meet them, every part filled. */
import { flagText } from '#processors/profanity/flag-text.ts'
import type { ModelsDescription, ModelsSource } from '../models-description.ts'
import { CHANNEL } from './chat-script.ts'

const half = (value: number, rows: number) => 1.96 * Math.sqrt((value * (1 - value)) / rows)
const set = (
  name: string,
  measure: string,
  rows: number,
  value: number,
  logLoss: number | null,
  bar: number | null,
) => ({
  name,
  measure,
  rows,
  value,
  half: half(value, rows),
  logLoss,
  bar,
})

export function modelsFixture(): ModelsSource {
  return {
    describe: async () => describe(),
    card: async (model, language) =>
      language === 'ko'
        ? `# ${model}\n\n채팅 한 줄의 **감정**을 셋으로 나눕니다.\n\n## 쓰지 말 것\n\n- 사람을 평가하는 데\n- \`사람\`이 보지 않는 제재에\n\n| 집단 | 뒤집힘 |\n|---|---|\n| 여성 | 1.0 % |`
        : `# ${model}\n\nGives a line of chat one of three **moods**.\n\n## Not for\n\n- judging people\n- sanctions that no \`person\` looks at\n\n| group | flipped |\n|---|---|\n| women | 1.0 % |`,
    try: async (text) => ({
      text,
      spans: flagText(text),
      scores: [
        {
          role: 'live',
          model: 'javas-sentiment-ko@1.0.0',
          label: 'negative',
          positive: 0.04,
          neutral: 0.15,
          negative: 0.81,
          confidence: 0.81,
        },
        {
          role: 'shadow',
          model: 'javas-sentiment-ko@1.1.0',
          label: 'neutral',
          positive: 0.2,
          neutral: 0.48,
          negative: 0.32,
          confidence: 0.48,
        },
      ],
      words: text
        .split(/\s+/)
        .filter(Boolean)
        .map((word, at) => ({ text: word, effect: at % 2 === 0 ? -0.4 / (at + 1) : 0.12 })),
      problem: '',
    }),
  }
}

function describe(): ModelsDescription {
  const now = Date.now()
  const bins = Array.from({ length: 10 }, (_, i) => ({
    from: 0.5 + i / 20,
    to: 0.55 + i / 20,
    rows: 900 + i * i * 120,
    confidence: 0.525 + i / 20,
    right: 0.52 + i / 20.5,
  }))
  return {
    live: {
      model: 'javas-sentiment-ko@1.0.0',
      backend: 'wasm',
      problem: '',
      deaths: 1,
      lastDeath: 'its worker ended with code 1',
      swaps: 2,
      swapProblem: '',
      asked: 128_400,
      remembered: 61_220,
      batches: 2_114,
      waiting: 0,
      refused: 0,
      longestWaitMs: 5.2,
    },
    shadow: {
      model: 'javas-sentiment-ko@1.1.0',
      backend: 'wasm',
      problem: '',
      compared: 4_210,
      passedOver: 12,
      failed: 0,
      table: [
        [1_180, 60, 12],
        [95, 1_720, 88],
        [10, 75, 970],
      ],
      meanDifference: 0.061,
      samples: [
        {
          text: '화면 또 멈췄는데 이것도 맛이지',
          at: now - 9_000,
          live: 'negative',
          liveConfidence: 0.62,
          shadow: 'neutral',
          shadowConfidence: 0.51,
        },
        {
          text: '●● 실화냐',
          at: now - 40_000,
          live: 'neutral',
          liveConfidence: 0.44,
          shadow: 'negative',
          shadowConfidence: 0.71,
        },
        {
          text: '이 정도면 잘 참았다',
          at: now - 95_000,
          live: 'positive',
          liveConfidence: 0.58,
          shadow: 'neutral',
          shadowConfidence: 0.49,
        },
      ],
    },
    drift: {
      now: { messages: 3_912, positive: 0.31, neutral: 0.47, negative: 0.22, confidence: 0.78, unknown: 0.113 },
      training: { messages: 19_545, positive: 0.42, neutral: 0.21, negative: 0.37, confidence: 0.75, unknown: 0.085 },
      index: 0.304,
    },
    manifest: {
      model: 'javas-sentiment-ko@1.0.0',
      sha256: '3960f64d54da90891a63a0abf7449c0ab8b18fec5830e8d5180fe17eef0c787f',
      bytes: 11_038_244,
      licence: 'Apache-2.0',
      sets: [
        { name: 'NSMC train', rows: 134_210 },
        { name: 'KOTE val', rows: 4_549 },
      ],
    },
    headline: { accuracy: 0.8975, logLoss: 0.2497, rows: 40_000 },
    details: {
      at: '2026-11-29',
      sets: [
        set('NSMC test', 'positive against negative', 40_000, 0.8975, 0.2497, 0.9),
        set('KOTE test', 'positive against negative', 4_846, 0.8011, 0.4326, 0.83),
        set('KODOLI', 'positive against negative', 24_878, 0.8594, 0.3402, 0.85),
        set('own chat set, test', 'three labels', 800, 0.79, null, null),
      ],
      lengths: {
        set: 'NSMC test',
        rows: [
          { from: 0, to: 5, rows: 1_518, value: 0.885, half: 0.016 },
          { from: 6, to: 10, rows: 2_605, value: 0.899, half: 0.012 },
          { from: 11, to: 20, rows: 10_416, value: 0.883, half: 0.006 },
          { from: 21, to: null, rows: 25_461, value: 0.91, half: 0.004 },
        ],
      },
      calibration: { set: 'NSMC test', error: 0.004, bins },
      confidence: [{ set: 'own chat set, test', error: 0.03, noise: 0.028, rows: 748, bins }],
      confusions: [
        {
          set: 'KODOLI',
          labels: ['positive', 'neutral', 'negative'],
          counts: [
            [8_100, 1_900, 1_300],
            [2_300, 3_900, 7_400],
            [1_100, 2_000, 10_500],
          ],
        },
      ],
    },
    ablation: [
      { name: 'all of it', accuracy: 0.8975, logLoss: 0.2497, note: '' },
      { name: 'without teachers', accuracy: 0.8941, logLoss: 0.2551, note: '2 seeds' },
    ],
    history: [
      {
        model: 'javas-sentiment-ko',
        version: '0.9.0',
        at: '2026-11-20',
        accuracy: 0.8912,
        logLoss: 0.2601,
        bytes: 12_400_000,
        note: 'first',
      },
      {
        model: 'javas-sentiment-ko',
        version: '1.0.0',
        at: '2026-11-23',
        accuracy: 0.8975,
        logLoss: 0.2497,
        bytes: 11_038_244,
        note: 'teachers',
      },
    ],
    profanity: {
      model: 'javas-profanity-ko@1.0.0',
      at: '2026-11-29',
      sets: [
        { ...set('evasions', 'spans found exactly', 320, 0.984, null, 0.98) },
        { ...set('hard negatives', 'masked', 310, 0.006, null, 0.01), isAtMost: true },
      ],
      curves: ['profanity', 'insult or hate', 'sexual'].map((label, at) => ({
        label,
        set: 'K-MHaS test',
        rows: 21_939,
        area: 0.95 - at * 0.02,
        points: Array.from({ length: 40 }, (_, i) => [(i / 39) ** 2, (i / 39) ** (0.25 + at * 0.12)] as const),
      })),
    },
    fairness: {
      model: 'javas-sentiment-ko@1.0.0',
      at: '2026-11-29',
      rows: ['여성', '남성', '노인', '외국인', '장애인', '성소수자'].map((group, at) => ({
        group,
        sentences: 40,
        flipped: at * 0.025,
        negative: 0.1 + at * 0.02,
        flagged: at === 5 ? 0.05 : 0,
        shift: at * 0.02 - 0.01,
      })),
    },
    feedback: [
      {
        channelId: CHANNEL,
        about: 'sentiment',
        model: 'javas-sentiment-ko@1.0.0',
        shown: 'negative',
        right: 41,
        wrong: 12,
      },
      {
        channelId: CHANNEL,
        about: 'sentiment',
        model: 'javas-sentiment-ko@1.0.0',
        shown: 'neutral',
        right: 9,
        wrong: 7,
      },
      { channelId: CHANNEL, about: 'profanity', model: '', shown: '2', right: 30, wrong: 2 },
      { channelId: 'demo:far-away', about: 'profanity', model: '', shown: '1', right: 3, wrong: 1 },
    ],
    feedbackWeeks: [
      { channelId: CHANNEL, about: 'sentiment', start: Date.UTC(2026, 10, 23), right: 30, wrong: 6 },
      { channelId: CHANNEL, about: 'profanity', start: Date.UTC(2026, 10, 23), right: 30, wrong: 2 },
      { channelId: CHANNEL, about: 'sentiment', start: Date.UTC(2026, 10, 16), right: 20, wrong: 13 },
    ],
  }
}
