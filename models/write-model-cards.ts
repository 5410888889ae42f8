/** Fills the figures of docs/model-cards in from the results files: `npm run model-cards`. Texts are written by hand. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CARDS, CARDS_FOLDER, cardBlocks, fillCard, LANGUAGES } from './model-cards.ts'

for (const language of LANGUAGES)
  for (const card of CARDS) {
    const path = join(CARDS_FOLDER, language, `${card}.md`)
    writeFileSync(path, fillCard(readFileSync(path, 'utf8'), cardBlocks(card, language)))
    console.log(path)
  }
