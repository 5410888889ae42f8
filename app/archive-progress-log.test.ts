import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ArchiveError } from '#sinks/archive-error.ts'
import type { ArchiveProgress } from '#sinks/archive-sink.ts'
import { archiveProgressLog } from './archive-progress-log.ts'
import { createLog } from './log.ts'

function said(progress: ArchiveProgress): string {
  let text = ''
  const log = createLog('export', 'info', (line) => {
    text += line
  })
  archiveProgressLog(log)(progress)
  return text
}

test('the log tells where a record that was put aside stands, and nothing of what it holds', () => {
  const value = Buffer.from('비밀 이야기')
  const record = {
    topic: 'analyzed-messages',
    partition: 2,
    offset: 7,
    timestamp: 0,
    key: value,
    value,
    code: 'X',
    message: 'no',
  }
  const line = said({ kind: 'undecodable', record, total: 1 })
  assert.match(line, /analyzed-messages-2@7 put aside: no/)
  assert.ok(!line.includes('비밀') && !line.includes(String(value[0])))
})

test('a line of the log is one line of text, whatever it was given', () => {
  const error = new ArchiveError('ARCHIVE_IO', 'a\u001b[2Jb\r\nc\u202ed')
  const line = said({ kind: 'retrying', error, attempt: 1, delayMs: 100 })
  assert.match(line, /^[^\p{Cc}\p{Cf}]+\n$/u)
})
