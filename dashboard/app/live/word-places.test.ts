import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomFrom } from '../../testing/chat-script.ts'
import { type PlacedWord, placeWords, type WeighedWord, WORD_ROW_PX } from './word-places.ts'

const letters = '가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허'

/** A chat of 80 words, Zipf-like, whose weights decay and drift; 60 updates. */
function* updates(): Generator<readonly WeighedWord[]> {
  const random = randomFrom(3)
  const names = Array.from(
    { length: 80 },
    (_, at) => letters[at % 28]! + letters[(at * 7) % 28]! + (at % 3 ? letters[(at * 3) % 28]! : ''),
  )
  const weights = new Map(names.map((name) => [name, 0]))
  for (let update = 0; update < 60; update += 1) {
    for (let draw = 0; draw < 200; draw += 1) {
      const rank = Math.floor(80 ** random()) - 1
      const name = names[(rank + Math.floor(update / 12) * 9) % 80]!
      weights.set(name, weights.get(name)! + 1)
    }
    for (const [name, weight] of weights) weights.set(name, weight * 0.94)
    yield [...weights]
      .map(([word, weight]) => ({
        word,
        weight,
        count: Math.round(weight),
        positive: weight / 3,
        negative: weight / 4,
      }))
      .sort((left, right) => right.weight - left.weight)
      .slice(0, 50)
  }
}

test('at most 2 % of kept words move by more than 20 px in an update', () => {
  let before: readonly PlacedWord[] = []
  let kept = 0
  let moved = 0
  for (const words of updates()) {
    const places = placeWords(words, before, 640, 8)
    for (const place of places) {
      const old = before.find(({ word }) => word === place.word)
      if (!old) continue
      kept += 1
      if (Math.hypot(place.x - old.x, (place.row - old.row) * WORD_ROW_PX) > 20) moved += 1
    }
    before = places
  }
  assert.ok(kept > 1000)
  assert.ok(moved / kept <= 0.02, `${moved} of ${kept}`)
})

test('no two words share a place, and none leaves the panel', () => {
  let before: readonly PlacedWord[] = []
  for (const words of updates()) {
    before = placeWords(words, before, 420, 5)
    for (const place of before) assert.ok(place.x >= 0 && place.x + place.room <= 421 && place.row < 5)
    for (const left of before)
      for (const right of before)
        if (left !== right && left.row === right.row)
          assert.ok(left.x + left.room <= right.x || right.x + right.room <= left.x, `${left.word} ${right.word}`)
  }
})

test('the first layout is alphabetical', () => {
  const words = ['화면', '렉', '고정', '마스터'].map((word, at) => ({
    word,
    weight: 9 - at,
    count: 9,
    positive: 0,
    negative: 0,
  }))
  assert.deepEqual(
    placeWords(words, [], 1000, 1).map(({ word }) => word),
    ['고정', '렉', '마스터', '화면'],
  )
})

test('at most forty words are shown, and a word leaves only well below that rank', () => {
  const words = (heavy: string) =>
    Array.from({ length: 60 }, (_, at) => ({
      word: `w${at}`,
      weight: `w${at}` === heavy ? 100 : 60 - at,
      count: 1,
      positive: 0,
      negative: 0,
    })).sort((left, right) => right.weight - left.weight)
  const first = placeWords(words(''), [], 2000, 20)
  assert.equal(first.length, 40)
  const second = placeWords(words('w59'), first, 2000, 20)
  assert.ok(
    second.some(({ word }) => word === 'w39'),
    'rank 41 stays',
  )
})
