import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { reportTexts } from '#app/report/report-text.ts'
import { alarmKinds, channelAlarms } from '#schemas/alarm-kinds.ts'
import { alarmNames } from '#sinks/notify/alarm-names/alarm-names.ts'
import { notifyTexts } from '#sinks/notify/notify-texts.ts'
import { en } from '../dashboard/app/text/en.ts'
import { ko } from '../dashboard/app/text/ko.ts'

const pages = { ko, en }

for (const language of ['ko', 'en'] as const) {
  test(`every kind of alarm has a name of its own in ${language}, the same in messages, reports and pages`, () => {
    const names = alarmKinds.map((kind) => alarmNames[language][kind])
    assert.equal(names.filter((name, at) => name && name !== alarmKinds[at]).length, alarmKinds.length)
    assert.equal(new Set(names).size, alarmKinds.length)
    for (const kind of alarmKinds) {
      assert.equal(notifyTexts[language].kinds[kind], alarmNames[language][kind])
      assert.equal(reportTexts[language].alarm[kind], alarmNames[language][kind])
    }
    for (const kind of channelAlarms)
      assert.equal(
        pages[language].alerts.kinds[kind],
        alarmNames[language][kind],
        'what a broadcast and an overlay show',
      )
  })
}

test('the kinds that have names are those that the documentation explains', () => {
  const text = readFileSync(join(import.meta.dirname, '..', 'docs', 'alarms.md'), 'utf8')
  const table = text.slice(text.indexOf('## The alarms'))
  const explained = [...table.matchAll(/^\| (`[a-z-]+`(?:, `[a-z-]+`)*)/gm)].flatMap(([, first]) =>
    [...first!.matchAll(/`([a-z-]+)`/g)].map(([, kind]) => kind!),
  )
  assert.deepEqual([...new Set(explained)].sort(), [...alarmKinds].sort())
})
