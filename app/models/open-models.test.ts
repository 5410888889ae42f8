import assert from 'node:assert/strict'
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ScoringThread } from '#models/scoring-thread.ts'
import { openSentimentScorer, type SentimentScore, scorerOf } from '#models/sentiment-scorer.ts'
import { readManifest, WEIGHTS_FOLDER, writeManifest } from '#models/weights-file.ts'
import { analyzedMessage } from '#processors/testing/messages.ts'
import { createLog } from '../log.ts'
import { openModels } from './open-models.ts'

const quiet = createLog('test', 'error', () => {})
const root = mkdtempSync(join(tmpdir(), 'javas-models-'))
after(() => rmSync(root, { recursive: true, force: true }))
let folders = 0
function emptyFolder(): string {
  const folder = join(root, String(folders++))
  mkdirSync(folder)
  return folder
}
/** The shipped weights under another version. */
function weights(version: string, folder = emptyFolder()): string {
  for (const name of ['sentiment.bin', 'sentiment.json']) copyFileSync(join(WEIGHTS_FOLDER, name), join(folder, name))
  writeManifest(folder, { ...readManifest(folder), version })
  return folder
}
const config = { modelBackend: 'wasm', modelDirectory: null, modelShadowDirectory: null } as const
const faulty = (folder: string, answerMs?: number) => () =>
  openSentimentScorer({
    directory: folder,
    file: new URL('../../models/testing/faulty-worker.ts', import.meta.url),
    ...(answerMs !== undefined && { answerMs }),
  })
const until = async (isSo: () => boolean) => {
  while (!isSo()) await sleep(5)
}
const lines = (count: number, name = '줄') => Array.from({ length: count }, (_, i) => `${name} ${i} 오늘 방송 재밌다`)
const batchOf = (texts: readonly string[]) => texts.map((text) => analyzedMessage({ text }))

describe('chat goes on whatever happens to the model, and the model comes back by itself', () => {
  test('a worker that is killed in the middle of its batches: every message is scored', async () => {
    const threads: ScoringThread[] = []
    const models = await openModels(config, quiet, {
      open: async () => {
        const thread = await ScoringThread.start({ directory: undefined, backend: 'wasm' })
        threads.push(thread)
        return scorerOf(thread)
      },
      // A busy machine may take its time to start the successor; that is not what is shown here.
      patienceMs: 60_000,
    })
    const calls = Array.from({ length: 12 }, (_, i) => models.score(lines(256, `묶음 ${i}`)))
    await sleep(5)
    await threads[0]!.worker.terminate()
    const scores = (await Promise.all(calls)).flat()
    assert.equal(scores.length, 12 * 256)
    const { live } = models.status()
    assert.deepEqual([live.deaths, live.problem, threads.length], [1, '', 2])
    assert.match(live.lastDeath, /worker ended/)
    await models.close()
  })

  test('a worker that hangs is given up, and its successor scores what it had in hand', async () => {
    const folder = emptyFolder()
    const models = await openModels(config, quiet, { open: faulty(folder, 300) })
    writeFileSync(join(folder, 'hang'), '')
    const scores = (await Promise.all([models.score(['a']), models.score(['b', 'c'])])).flat()
    assert.deepEqual(
      scores.map(({ label }) => label),
      ['positive', 'positive', 'positive'],
    )
    assert.match(models.status().live.lastDeath, /did not answer for 0\.3 s/)
    await models.close()
  })

  test('a batch that kills every worker stays unscored; the batches behind it are scored', async () => {
    const folder = emptyFolder()
    writeFileSync(join(folder, 'deadly'), '')
    const models = await openModels(config, quiet, { open: faulty(folder), retryMs: 5 })
    const deadly = models.score(['죽어'])
    await assert.rejects(deadly, /worker ended with code 3/)
    assert.equal((await models.score(['살아'])).length, 1)
    assert.equal(models.problem, '')
    await models.close()
  })

  for (const [what, damage] of [
    ['cut short', (file: string) => truncateSync(file, 1_000_000)],
    [
      'flipped in one bit',
      (file: string) => {
        const bytes = readFileSync(file)
        bytes[5_000_000]! ^= 4
        writeFileSync(file, bytes)
      },
    ],
    ['gone', (file: string) => rmSync(file)],
  ] as const)
    test(`weights that are ${what}: none at the start, said why, and loaded when whole ones are there`, async () => {
      const folder = weights('1.0.1')
      damage(join(folder, 'sentiment.bin'))
      const models = await openModels({ ...config, modelDirectory: folder }, quiet, { retryMs: 20 })
      assert.match(models.problem, what === 'gone' ? /cannot be read/ : /damaged/)
      await assert.rejects(models.score(['a']), /sentiment model is not available/)
      copyFileSync(join(WEIGHTS_FOLDER, 'sentiment.bin'), join(folder, 'sentiment.bin'))
      await until(() => models.problem === '')
      assert.equal((await models.score(['재밌다']))[0]!.model, 'javas-sentiment-ko@1.0.1')
      await models.close()
    })

  test('files that vanish while it works change nothing, until it dies: then chat goes on and it comes back with them', async () => {
    const folder = weights('1.0.1')
    let thread: ScoringThread | undefined
    const models = await openModels({ ...config, modelDirectory: folder }, quiet, {
      retryMs: 20,
      watchEveryMs: 10,
      open: async () => {
        thread = await ScoringThread.start({ directory: folder, backend: 'wasm' })
        return scorerOf(thread)
      },
    })
    cpSync(folder, `${folder}-kept`, { recursive: true })
    rmSync(folder, { recursive: true })
    await sleep(50)
    assert.equal((await models.score(['재밌다'])).length, 1)
    await thread!.worker.terminate()
    await assert.rejects(models.score(['재밌어요']))
    await until(() => /cannot be read/.test(models.problem))
    cpSync(`${folder}-kept`, folder, { recursive: true })
    await until(() => models.problem === '')
    assert.equal((await models.score(['또 재밌다'])).length, 1)
    await models.close()
  })
})

describe('another version takes over while chat runs', () => {
  test('every message is scored exactly once, by one of the two', async () => {
    const folder = weights('1.0.1')
    const models = await openModels({ ...config, modelDirectory: folder }, quiet, { watchEveryMs: 20 })
    const seen = new Map<string, number>()
    const byModel: string[] = []
    let isOver = false
    const chat = async (name: string) => {
      for (let batch = 0; !isOver; batch++) {
        const texts = lines(40, `${name} ${batch}`)
        const scores: readonly SentimentScore[] = await models.score(texts)
        texts.forEach((text, i) => {
          seen.set(text, (seen.get(text) ?? 0) + (scores[i] ? 1 : 0))
          byModel.push(scores[i]!.model)
        })
        assert.equal(new Set(scores.map(({ model }) => model)).size, 1)
      }
      return name
    }
    const running = ['가', '나', '다', '라'].map(chat)
    await until(() => byModel.length > 500)
    weights('1.0.2', folder)
    await until(() => byModel.at(-1) === 'javas-sentiment-ko@1.0.2')
    const more = byModel.length + 500
    await until(() => byModel.length > more)
    isOver = true
    await Promise.all(running)
    assert.deepEqual(new Set(byModel), new Set(['javas-sentiment-ko@1.0.1', 'javas-sentiment-ko@1.0.2']))
    assert.equal(seen.size, byModel.length)
    assert.ok([...seen.values()].every((times) => times === 1))
    assert.deepEqual([models.swaps >= 1, models.deaths], [true, 0])
    await models.close()
  })

  test('a damaged one does not: the one in use goes on and it is said why; a whole one then does', async () => {
    const folder = weights('1.0.1')
    const models = await openModels({ ...config, modelDirectory: folder }, quiet, { watchEveryMs: 10 })
    truncateSync(join(folder, 'sentiment.bin'), 500_000)
    await until(() => models.status().live.swapProblem !== '')
    assert.match(models.status().live.swapProblem, /damaged/)
    assert.equal((await models.score(['재밌다']))[0]!.model, 'javas-sentiment-ko@1.0.1')
    weights('1.0.3', folder)
    await until(() => models.model === 'javas-sentiment-ko@1.0.3')
    await until(() => models.status().live.swapProblem === '')
    await models.close()
  })
})

describe('a candidate reads along', () => {
  test('the same weights differ in nothing; what is counted are the messages that were scored', async () => {
    const models = await openModels({ ...config, modelShadowDirectory: weights('1.0.9') }, quiet)
    const texts = lines(100)
    models.scored(batchOf(texts), await models.score(texts))
    await until(() => models.status().shadow!.compared === 100)
    const { model, meanDifference, table, samples } = models.status().shadow!
    assert.deepEqual([model, samples.length], ['javas-sentiment-ko@1.0.9', 0])
    assert.ok(meanDifference < 1e-6)
    assert.equal(
      table.flat().reduce((sum, count) => sum + count),
      100,
    )
    assert.equal(models.status().drift.messages, 100)
    await models.close()
  })

  test('one that hangs, dies or cannot be loaded is never noticed by the live one', async () => {
    const live = emptyFolder()
    const shadow = emptyFolder()
    for (const fault of ['hang', 'die', 'deadly']) {
      const models = await openModels({ ...config, modelDirectory: live, modelShadowDirectory: shadow }, quiet, {
        open: (options) => faulty(options.directory!, 200)(),
      })
      writeFileSync(join(shadow, fault), '')
      for (let i = 0; i < 50; i++) {
        const texts = ['죽어', String(i)]
        models.scored(batchOf(texts), await models.score(texts))
      }
      assert.deepEqual([models.problem, models.deaths, models.status().drift.messages], ['', 0, 100])
      rmSync(join(shadow, fault), { force: true })
      await models.close()
    }
    const models = await openModels(
      { ...config, modelDirectory: live, modelShadowDirectory: join(live, 'none') },
      quiet,
      {
        open: (options) =>
          options.directory === live ? faulty(live)() : openSentimentScorer({ directory: options.directory! }),
      },
    )
    models.scored(batchOf(['a']), await models.score(['a']))
    assert.match(models.status().shadow!.problem, /cannot be read/)
    assert.equal(models.problem, '')
    await models.close()
  })

  test('a sample never shows a masked word', async () => {
    const live = emptyFolder()
    const models = await openModels(
      { ...config, modelDirectory: live, modelShadowDirectory: weights('1.0.9') },
      quiet,
      {
        open: (options) =>
          options.directory === live ? faulty(live)() : openSentimentScorer({ directory: options.directory! }),
      },
    )
    const text = '개똥말 진짜 최악이다'
    const message = {
      ...analyzedMessage({ text }),
      profanity: [{ start: 0, end: 3, severity: 2, technique: 'plain', rule: 'x', category: 'vulgar' }],
    }
    models.scored([message], await models.score([text]))
    await until(() => models.status().shadow!.compared === 1)
    assert.deepEqual(
      models.status().shadow!.samples.map((sample) => [sample.text, sample.live, sample.shadow]),
      [['●●● 진짜 최악이다', 'positive', 'negative']],
    )
    await models.forgetSamples()
    assert.equal(models.status().shadow!.samples.length, 0)
    await models.close()
  })
})
