/**
 * Every figure that is promised of the span engine and the abuse model. Of our own test lists only totals are told: whoever looked
 * at their lines could not be surprised by them any more. Sets under CC BY-SA are evaluated on and never learned from.
 */
import { join } from 'node:path'
import { AbuseModel, type AbuseScore } from '#models/abuse/abuse-model.ts'
import type { ProfanityEvaluation, RocCurve, SetResult } from '#models/evaluation-results.ts'
import { readDataSet, readTable } from '#models/training/data-sets.ts'
import type { Abuse, ProfanitySpan } from '#schemas/types.ts'
import { flagText, highestSeverity } from '../flag-text.ts'
import { gradeWith } from './abuse-grader.ts'
import { isCurseTest } from './abuse-rows.ts'
import { meantSpans } from './meant-spans.ts'
import { areaHalf, areaUnder, rocPoints } from './roc.ts'

const OWN = join(import.meta.dirname, '../own-set')
const MASKED_FROM = 2

interface Verdict extends Abuse {
  readonly spans: readonly ProfanitySpan[]
}

export interface TechniqueFigure {
  found: number
  rows: number
}

export interface EvaluatedProfanity {
  readonly results: ProfanityEvaluation
  /** Of our two test lists. */
  readonly techniques: ReadonlyMap<string, TechniqueFigure>
}

/** @throws {DataSetMissingError} */
export function evaluateProfanity(model = AbuseModel.load()): EvaluatedProfanity {
  const sets: SetResult[] = []
  const curves: RocCurve[] = []
  const verdictOf = (raw: string): Verdict => {
    const text = raw.normalize('NFC')
    const spans = meantSpans(model, text, flagText(text))
    return { ...gradeWith(model, text, spans), spans }
  }
  const share = (
    name: string,
    measure: string,
    verdicts: readonly Verdict[],
    isHit: (verdict: Verdict) => boolean,
    bar: { readonly least?: number; readonly most?: number } = {},
  ) => sets.push(shareResult(name, measure, verdicts.filter(isHit).length, verdicts.length, bar))
  const area = (
    set: string,
    label: string,
    rows: readonly { readonly verdict: Verdict; readonly isTrue: boolean }[],
    of: (score: AbuseScore) => number,
    least: number | null = null,
  ) => {
    const scored = rows.map(({ verdict, isTrue }) => ({ score: of(verdict), isTrue }))
    const value = areaUnder(scored)
    const positives = scored.filter((row) => row.isTrue).length
    const half = areaHalf(value, positives, scored.length - positives)
    sets.push({ name: set, measure: `AUC, ${label}`, rows: scored.length, value, half, logLoss: null, bar: least })
    curves.push({ label, set, rows: scored.length, area: value, points: rocPoints(scored) })
  }

  const techniques = new Map<string, TechniqueFigure>()
  const lists = [
    ['evasions.tsv', readDataSet('profanity/evasions.tsv')],
    ['own evasions, dev', readTable(join(OWN, 'evasions-dev.tsv'))],
    ['own evasions, test', readTable(join(OWN, 'evasions-test.tsv'))],
    ['second own evasions, dev', readTable(join(OWN, 'second/evasions-dev.tsv'))],
    ['second own evasions, test', readTable(join(OWN, 'second/evasions-test.tsv'))],
  ] as const
  for (const [name, rows] of lists) {
    let found = 0
    for (const [evasion, , technique, , example] of rows) {
      const isFound = isFoundExactly(evasion!, example!, verdictOf(example!).spans)
      if (isFound) found++
      if (!name.endsWith('test')) continue
      const figure = techniques.get(technique!) ?? { found: 0, rows: 0 }
      techniques.set(technique!, { found: figure.found + (isFound ? 1 : 0), rows: figure.rows + 1 })
    }
    sets.push(shareResult(name, 'spans found exactly', found, rows.length, { least: 0.98 }))
  }
  const negatives = [
    ['hard_negatives.tsv', readDataSet('profanity/hard_negatives.tsv')],
    ['own hard negatives, dev', readTable(join(OWN, 'clean-dev.tsv'))],
    ['own hard negatives, test', readTable(join(OWN, 'clean-test.tsv'))],
    ['second own hard negatives, dev', readTable(join(OWN, 'second/clean-dev.tsv'))],
    ['second own hard negatives, test', readTable(join(OWN, 'second/clean-test.tsv'))],
  ] as const
  for (const [name, rows] of negatives) {
    const verdicts = rows.map(([text]) => verdictOf(text!))
    share(name, 'masked', verdicts, isMasked, { most: 0.01 })
    share(name, 'suspect', verdicts, isSuspect)
  }

  const kodoli = readDataSet('profanity/kodoli.tsv.gz').map(([text, offensiveness, abuse]) => ({
    verdict: verdictOf(text!),
    isClean: offensiveness === 'NOT' && abuse === 'NON',
    isTrue: abuse === 'ABS',
  }))
  const clean = kodoli.filter((row) => row.isClean).map((row) => row.verdict)
  share('KODOLI NOT & NON', 'masked', clean, isMasked, { most: 0.01 })
  share('KODOLI NOT & NON', 'suspect', clean, isSuspect)
  area('KODOLI', 'abusive', kodoli, anyOf)

  const praise = readDataSet('nsmc/test.tsv.gz')
    .filter(([, positive]) => positive === '1')
    .map(([, , text]) => verdictOf(text!))
  share('NSMC test, positive reviews', 'masked', praise, isMasked, { most: 0.005 })
  share('NSMC test, positive reviews', 'suspect', praise, isSuspect)

  // The part "valid" was looked at while rules were written; "test" was not.
  const kmhas = readDataSet('profanity/kmhas_valid_test.tsv.gz')
    .filter((row) => row[10] === 'test')
    .map((row) => ({ verdict: verdictOf(row[0]!), isTrue: row[4] === '1', isClean: row[9] === '1' }))
  const swearing = kmhas.filter((row) => row.isTrue).map((row) => row.verdict)
  share('K-MHaS test, profanity', 'found or suspect', swearing, (one) => isFound(one) || isSuspect(one), { least: 0.8 })
  share('K-MHaS test, profanity', 'found', swearing, isFound)
  share('K-MHaS test, profanity', 'masked', swearing, isMasked)
  const notHate = kmhas.filter((row) => row.isClean).map((row) => row.verdict)
  share('K-MHaS test, not hate', 'masked', notHate, isMasked)
  area('K-MHaS test', 'profanity', kmhas, ({ profanity }) => profanity)

  const curse = readDataSet('profanity/curse_detection.tsv.gz').filter(([text]) =>
    isCurseTest(text!.normalize('NFC').trim()),
  )
  area(
    'Curse test',
    'abusive',
    curse.map(([text, bad]) => ({ verdict: verdictOf(text!), isTrue: bad === '1' })),
    ({ hate }) => hate,
    0.93,
  )
  const beep = readDataSet('profanity/beep.tsv.gz')
  area(
    'BEEP',
    'hate or offensive',
    beep.map(([text, hate]) => ({ verdict: verdictOf(text!), isTrue: hate !== 'none' })),
    ({ hate }) => hate,
  )
  const apeach = readDataSet('profanity/apeach.tsv.gz')
  area(
    'APEACH',
    'hate',
    apeach.map(([text, hate]) => ({ verdict: verdictOf(text!), isTrue: hate === '1' })),
    ({ hate }) => hate,
  )

  const results = {
    sha256: model.manifest.sha256,
    model: model.name,
    at: new Date().toISOString().slice(0, 10),
    sets,
    curves,
  }
  return { results, techniques }
}

const isMasked = ({ spans }: Verdict): boolean => highestSeverity(spans) >= MASKED_FROM
const isFound = ({ spans }: Verdict): boolean => spans.length > 0
const isSuspect = ({ suspect }: Verdict): boolean => suspect
/** That at least one of the three is true, were they independent. */
const anyOf = ({ profanity, hate, sexual }: AbuseScore): number => 1 - (1 - profanity) * (1 - hate) * (1 - sexual)

/** True when one span is exactly one place of `evasion` in `example`. */
export function isFoundExactly(
  evasion: string,
  example: string,
  spans: readonly ProfanitySpan[] = flagText(example),
): boolean {
  return spans.some((span) => span.end - span.start === evasion.length && example.startsWith(evasion, span.start))
}

/** A share with half of its 95 % interval (Wilson 1927, its half width). */
function shareResult(
  name: string,
  measure: string,
  hits: number,
  rows: number,
  { least, most }: { readonly least?: number; readonly most?: number },
): SetResult {
  const value = rows === 0 ? 0 : hits / rows
  const z2 = 1.96 ** 2
  const half = (1.96 / (1 + z2 / rows)) * Math.sqrt((value * (1 - value)) / rows + z2 / (4 * rows * rows))
  return {
    name,
    measure,
    rows,
    value,
    half,
    logLoss: null,
    bar: least ?? most ?? null,
    ...(most !== undefined && { isAtMost: true }),
  }
}
