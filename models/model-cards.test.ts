import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { CARDS, CARDS_FOLDER, cardBlocks, fillCard, LANGUAGES } from './model-cards.ts'

for (const language of LANGUAGES)
  for (const card of CARDS)
    test(`the ${card} card (${language}) says what was measured on the shipped weights; "npm run model-cards" makes it so`, () => {
      const markdown = readFileSync(join(CARDS_FOLDER, language, `${card}.md`), 'utf8')
      assert.equal(fillCard(markdown, cardBlocks(card, language)), markdown)
    })

test('both languages of a card have the same parts', () => {
  for (const card of CARDS) {
    const [ko, en] = LANGUAGES.map((language) => readFileSync(join(CARDS_FOLDER, language, `${card}.md`), 'utf8'))
    assert.equal(ko!.match(/^## /gm)!.length, en!.match(/^## /gm)!.length)
  }
})

test('a block without its end is an error, and text outside blocks stays', () => {
  assert.equal(fillCard('a <!-- x --> old <!-- /x --> b', { x: 'new' }), 'a <!-- x -->\n\nnew\n\n<!-- /x --> b')
  assert.throws(() => fillCard('<!-- x --> <!-- /y -->', { x: '' }), RangeError)
  assert.throws(() => fillCard('<!-- z --> <!-- /z -->', { x: '' }), RangeError)
})
