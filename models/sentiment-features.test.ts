import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { type FeatureConfig, FeatureExtractor, hasWords } from './sentiment-features.ts'

const CONFIG: FeatureConfig = {
  characters: 4,
  jamo: [3, 5],
  pieceLength: 5,
  maxPieces: 40,
  bucketBits: 26,
  maxUnits: 300,
}

function read(text: string, extractor = new FeatureExtractor(CONFIG)) {
  const pieces = extractor.extract(text)
  const n = extractor.count
  return {
    pieces,
    buckets: Array.from(extractor.bucket.subarray(0, n)),
    owners: Array.from(extractor.piece.subarray(0, n)),
  }
}

describe('feature extraction', () => {
  test('gives the features the shipped weights were trained with', () => {
    const hash = createHash('sha256')
    for (const text of ['개꿀잼 ㅋㅋㅋㅋ', 'Hello, 월드! 😂😂😂😂', '', '렉 걸려요', 'ＡＢＣ　가각갂']) {
      const { pieces, buckets, owners } = read(text)
      hash.update(JSON.stringify([pieces, buckets, owners]))
    }
    // a change here means: retrain, and give the model a new version
    assert.equal(hash.digest('hex').slice(0, 16), '19fbc952ebcde255')
  })

  test('reads the same whatever was read before', () => {
    const used = new FeatureExtractor(CONFIG)
    read('앞에 온 아주 긴 문장 하나가 남긴 것이 있으면 안 된다', used)
    assert.deepEqual(read('노잼', used), read('노잼'))
  })

  test('sees no difference in case, width, composition, invisible marks and long runs', () => {
    const plain = read('good ㅋㅋ 재밌다')
    for (const same of [
      'GOOD ㅋㅋㅋㅋㅋㅋ 재밌다',
      'ｇｏｏｄ　ㅋㅋ 재밌다',
      'go\u200bod ㅋㅋ \u202e재밌다',
      '  good \t ㅋㅋ\n재밌다 ',
      'good ㅋㅋ 재밌다'.normalize('NFD'),
    ])
      assert.deepEqual(read(same), plain, JSON.stringify(same))
    assert.deepEqual(read('😂😂😂😂😂'), read('😂😂'))
  })

  test('cuts words into pieces and lets an n-gram belong to the piece it starts in', () => {
    assert.equal(read('아').pieces, 1)
    assert.equal(read('아 아').pieces, 2)
    assert.equal(read('가나다라마바').pieces, 2)
    assert.equal(read('').pieces, 1)
    assert.equal(read('가 '.repeat(150)).pieces, CONFIG.maxPieces)
    const { pieces, owners } = read('하나 둘 셋')
    assert.equal(pieces, 3)
    assert.ok(owners.every((owner) => owner < pieces))
  })

  test('says where the next start begins, so that longer n-grams of an unknown one can be skipped', () => {
    const extractor = new FeatureExtractor(CONFIG)
    extractor.extract('안녕하세요')
    let at = 0
    while (at < extractor.count) {
      const next = extractor.next[at]!
      assert.ok(next > at && next - at <= CONFIG.characters)
      for (let i = at; i < next; i++) assert.equal(extractor.next[i], next)
      at = next
    }
  })

  test('looks at a bounded part of any string and never throws', () => {
    const hostile = [
      '\ud800',
      '\udc00\ud800',
      '\0\0\0',
      '가'.repeat(100_000),
      'ᄀ'.repeat(50_000),
      '\u202e\u202d',
      '😂'.repeat(30_000),
      'İ'.repeat(2000),
      ' '.repeat(100_000),
      'a\u0301'.repeat(9000),
    ]
    for (const text of hostile) assert.ok(read(text).pieces >= 1)
    const long = Array.from({ length: 5000 }, (_, i) => String.fromCharCode(0xac00 + ((i * 7919) % 11172))).join('')
    assert.deepEqual(read(long), read(long.slice(0, 300)))
  })
})

test('a text has words when it has a letter or a digit beside laughter', () => {
  for (const text of ['ㅇㅇ', 'ㅠㅠ', 'a', '1', '좋아', '!좋!', 'ㅋㅋ 노잼', 'ㅎㅇ']) assert.ok(hasWords(text), text)
  for (const text of [
    '',
    '   ',
    '!!!',
    '?!?!',
    '♥',
    '😂😂',
    '~~~',
    '\u3164',
    '\u200b',
    '\ud800',
    'ㅋㅋㅋㅋ',
    'ㅎㅎ ㅋㅋ!!',
  ])
    assert.ok(!hasWords(text), JSON.stringify(text))
})
