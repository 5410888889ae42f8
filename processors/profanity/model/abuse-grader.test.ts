import assert from 'node:assert/strict'
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { AbuseModel } from '#models/abuse/abuse-model.ts'
import { groupRows } from '#models/training/group-rows.ts'
import { WEIGHTS_FOLDER } from '#models/weights-file.ts'
import { flagText } from '../flag-text.ts'
import { openAbuseGrader } from './abuse-grader.ts'

const shipped = openAbuseGrader()
const gradeOf = (text: string) => shipped.grade(text, flagText(text))!

/** The shipped files in a folder of their own. */
function copied(): { folder: string } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'javas-abuse-'))
  for (const name of ['abuse.json', 'abuse.bin']) copyFileSync(join(WEIGHTS_FOLDER, name), join(folder, name))
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
}

test('swearing is graded high, everyday chat low, and each says which model it was', () => {
  assert.ok(gradeOf('씨발 병신새끼야 꺼져').hate > 0.8)
  assert.ok(gradeOf('씨발 병신새끼야 꺼져').profanity > 0.8)
  for (const text of ['오늘 방송 재밌다 ㅋㅋㅋ', '배송 언제 오나요?', 'gg', '', '🙂🙂']) {
    const { profanity, hate, sexual, suspect } = gradeOf(text)
    assert.ok(Math.max(profanity, hate, sexual) < 0.5, text)
    assert.equal(suspect, false)
  }
  assert.match(gradeOf('안녕').model, /^javas-abuse-ko@\d+\.\d+\.\d+$/)
})

test('a word that is ambiguous counts unless the model calls the line innocent; what is spelled around always does', () => {
  const meant = (text: string) => shipped.meant(text, flagText(text)).map(({ start, end }) => text.slice(start, end))
  const innocent = '감동의 눈물이 ㅠㅠ 새끼를 위해 뛰어다니는 모습이 아직도 생각나요'
  assert.equal(flagText(innocent).length, 1)
  assert.deepEqual(meant(innocent), [])
  assert.deepEqual(meant('진짜 짜증나는 새끼네'), ['새끼'])
  const spelled = innocent.replace('새끼', '새1끼')
  assert.deepEqual(meant(spelled), ['새1끼'])
  // A sure word beside it: nobody asks the model.
  assert.deepEqual(meant(`${innocent} 씨발`), ['새끼', '씨발'])
  // Without its files the rules decide alone.
  assert.equal(openAbuseGrader('/nowhere').meant(innocent, flagText(innocent)).length, 1)
})

test('a suspect is a line without a span of which the model is sure', () => {
  const { manifest } = AbuseModel.load()
  const lines = ['지능이 떨어지는 인간들 다 죽어야 한다', '쓰레기 같은 인간들 역겹다 진짜 극혐', '안녕하세요']
  for (const text of lines) {
    const { profanity, hate, sexual, suspect } = shipped.grade(text, [])!
    assert.equal(suspect, Math.max(profanity, hate, sexual) >= manifest.suspectFrom, text)
  }
  const spans = flagText('씨발')
  assert.equal(shipped.grade('씨발', spans)!.suspect, false)
})

test('no group in a neutral sentence is a suspect, and none is masked', () => {
  const rows = groupRows().filter(({ label }) => label === 'neutral')
  const wrong = rows.filter(({ text }) => gradeOf(text).suspect || flagText(text).length > 0)
  assert.deepEqual(wrong, [])
})

test('without its files it grades nothing and says why, with a code', () => {
  const none = openAbuseGrader('/nowhere')
  assert.equal(none.grade('씨발', []), null)
  assert.equal(none.model, '')
  assert.match(none.problem, /^ABUSE_MODEL_UNAVAILABLE: .*\/nowhere.*train:profanity/)
})

test('a damaged file is refused: the binary, the manifest, a format to come', () => {
  for (const damage of [
    (folder: string) => appendFileSync(join(folder, 'abuse.bin'), 'x'),
    (folder: string) => writeFileSync(join(folder, 'abuse.json'), '{'),
    (folder: string) => writeFileSync(join(folder, 'abuse.json'), 'null'),
    (folder: string) => {
      const path = join(folder, 'abuse.json')
      writeFileSync(path, readFileSync(path, 'utf8').replace('"format": 1', '"format": 2'))
    },
    (folder: string) => {
      const path = join(folder, 'abuse.json')
      writeFileSync(path, readFileSync(path, 'utf8').replace('"calibration"', '"else"'))
    },
  ]) {
    using copy = copied()
    damage(copy.folder)
    const grader = openAbuseGrader(copy.folder)
    assert.equal(grader.grade('안녕', []), null, String(damage))
    assert.match(grader.problem, /^ABUSE_MODEL_UNAVAILABLE: /)
  }
})

test('the files stay small, and the manifest says data, licence and figures', () => {
  assert.ok(statSync(join(WEIGHTS_FOLDER, 'abuse.bin')).size <= 2.5e6)
  const { manifest } = AbuseModel.load()
  assert.equal(manifest.licence, 'Apache-2.0')
  assert.ok(Object.keys(manifest.training.sets as object).length > 3)
  assert.ok(Object.values(manifest.metrics).every(Number.isFinite))
  // Only permissive sets: those under CC BY-SA evaluate.
  assert.doesNotMatch(JSON.stringify(manifest.training), /kodoli|kmhas|beep|apeach|unsmile/i)
})

test('a hostile line costs what a long one costs', () => {
  for (const text of ['가'.repeat(100_000), '\ud800'.repeat(5_000), 'a\u0301'.repeat(50_000)])
    assert.ok(Number.isFinite(shipped.grade(text, [])!.profanity))
})
