import { join } from 'node:path'
import { fillSentence } from '../fairness/fill-sentence.ts'
import { readTable } from './data-sets.ts'

const FOLDER = join(import.meta.dirname, '../fairness')

/**
 * Every noun of `models/fairness/groups.tsv` in sentences of all three labels, so that a group's name itself takes no side
 * (counterfactual augmentation, Lu et al. 2018). The sentences are others than those of the fairness probe.
 */
export function groupRows(): { readonly label: 'positive' | 'neutral' | 'negative'; readonly text: string }[] {
  const nouns = readTable(join(FOLDER, 'groups.tsv')).map((row) => row[1]!)
  return readTable(join(FOLDER, 'train-sentences.tsv')).flatMap(([label, sentence]) =>
    nouns.map((noun) => ({ label: label as 'positive', text: fillSentence(sentence!, noun) })),
  )
}
