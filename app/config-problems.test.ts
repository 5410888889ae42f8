import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findConfigProblems } from './config-problems.ts'

test('every wrong setting is told at once, each with its name', () => {
  const { problems } = findConfigProblems({
    JAVAS_PORT: 'seven',
    JAVAS_LOG: 'loud',
    JAVAS_KAFKA: 'kafka-1',
    JAVAS_THREADS: '0',
    JAVAS_ENDPOINT_CHZZK: 'nowhere',
  })
  assert.deepEqual(problems.map((problem) => /JAVAS_[A-Z_]+/.exec(problem)![0]).sort(), [
    'JAVAS_ENDPOINT_CHZZK',
    'JAVAS_KAFKA',
    'JAVAS_LOG',
    'JAVAS_PORT',
  ])
})

test('a proxy is an address or a network, and never everybody', () => {
  for (const wrong of [
    'everybody',
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    '127.0.0.1 10.0.0.1',
  ])
    assert.equal(findConfigProblems({ JAVAS_TRUSTED_PROXIES: wrong }).problems.length, 1, wrong)
  const right = findConfigProblems({ JAVAS_TRUSTED_PROXIES: '127.0.0.1, ::1,10.0.0.0/8,fd00::/8' })
  assert.deepEqual(right, { problems: [], withoutEffect: [] })
})

test('what only stands alone because its partner is wrong is no problem of its own', () => {
  const { problems } = findConfigProblems({ JAVAS_KAFKA: 'kafka-1', JAVAS_KAFKA_TLS: 'true' })
  assert.equal(problems.length, 1)
  const sasl = findConfigProblems({ JAVAS_KAFKA: 'k:9092', JAVAS_KAFKA_SASL: 'plain', JAVAS_KAFKA_USER: 'me' })
  assert.equal(sasl.problems.length, 1)
})

test('a misspelt name, and one of something that is switched off, are without effect', () => {
  const { problems, withoutEffect } = findConfigProblems({
    JAVAS_PROT: '80',
    JAVAS_METRICS_HOST: '0.0.0.0',
    JAVAS_KEY_YOUTUBE: 'x',
    HOME: '/root',
  })
  assert.deepEqual(problems, [])
  assert.deepEqual(withoutEffect, ['JAVAS_PROT', 'JAVAS_METRICS_HOST'])
})

test('a signal that there is none of is refused by its name, and without a collector it is without effect', () => {
  const { problems } = findConfigProblems({ JAVAS_OTLP: 'http://c:4318', JAVAS_OTLP_SIGNALS: 'traces,smoke' })
  assert.match(problems[0]!, /JAVAS_OTLP_SIGNALS=traces,smoke must be a list of traces, metrics, logs/)
  assert.deepEqual(findConfigProblems({ JAVAS_OTLP_SIGNALS: 'logs' }).withoutEffect, ['JAVAS_OTLP_SIGNALS'])
})

test('nothing set is a good configuration', () => {
  assert.deepEqual(findConfigProblems({}), { problems: [], withoutEffect: [] })
})
