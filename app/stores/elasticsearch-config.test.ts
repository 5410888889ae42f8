import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { elasticsearchConfig } from './elasticsearch-config.ts'

const key = 'k'.repeat(32)
const base = { JAVAS_ELASTICSEARCH: 'https://a:9200', JAVAS_PSEUDONYM_KEY: key }
const refused = (env: { readonly [name: string]: string }, sentence: RegExp) =>
  assert.throws(
    () => elasticsearchConfig(env),
    (cause: Error & { code?: string }) => cause.code === 'CONFIG_INVALID' && sentence.test(cause.message),
  )

test('without an address there is no index, and settings that need one are refused', () => {
  assert.equal(elasticsearchConfig({}), null)
  assert.equal(elasticsearchConfig({ JAVAS_PSEUDONYM_KEY: key }), null)
  refused({ JAVAS_ELASTICSEARCH_USER: 'x' }, /set without JAVAS_ELASTICSEARCH/)
})

test('addresses and a key for pseudonyms are enough', () => {
  assert.deepEqual(elasticsearchConfig({ ...base, JAVAS_ELASTICSEARCH: 'http://a:9200, http://b:9200' }), {
    urls: ['http://a:9200', 'http://b:9200'],
    login: { kind: 'none' },
    ca: null,
    prefix: 'javas',
    pseudonymKey: key,
  })
  refused({ JAVAS_ELASTICSEARCH: 'http://a:9200' }, /JAVAS_PSEUDONYM_KEY/)
  refused({ ...base, JAVAS_PSEUDONYM_KEY: 'short' }, /32 characters/)
})

test('one way to log in, whose secrets may stand in files and are in no message', () => {
  const folder = mkdtempSync(join(tmpdir(), 'javas-config-'))
  try {
    const file = join(folder, 'secret')
    writeFileSync(file, 's3cret\n')
    assert.deepEqual(
      elasticsearchConfig({ ...base, JAVAS_ELASTICSEARCH_USER: 'kim', JAVAS_ELASTICSEARCH_PASSWORD_FILE: file })?.login,
      { kind: 'password', user: 'kim', password: 's3cret' },
    )
    assert.deepEqual(elasticsearchConfig({ ...base, JAVAS_ELASTICSEARCH_API_KEY_FILE: file })?.login, {
      kind: 'api-key',
      apiKey: 's3cret',
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
  refused({ ...base, JAVAS_ELASTICSEARCH_USER: 'kim' }, /belong together/)
  refused({ ...base, JAVAS_ELASTICSEARCH_PASSWORD: 's3cret' }, /^(?!.*s3cret).*belong together/)
  refused(
    { ...base, JAVAS_ELASTICSEARCH_USER: 'kim', JAVAS_ELASTICSEARCH_PASSWORD: 'x', JAVAS_ELASTICSEARCH_API_KEY: 'y' },
    /one way to log in/,
  )
  refused({ ...base, JAVAS_ELASTICSEARCH: 'http://kim:s3cret@a:9200' }, /^(?!.*s3cret).*JAVAS_ELASTICSEARCH_USER/)
})

test('what is no address or no prefix is refused', () => {
  for (const url of ['localhost:9200', 'ftp://a', 'a b', ' , '])
    refused({ ...base, JAVAS_ELASTICSEARCH: url }, /addresses/)
  for (const prefix of ['Javas', '-x', '*', '../x', 'a'.repeat(32)])
    refused({ ...base, JAVAS_ELASTICSEARCH_PREFIX: prefix }, /JAVAS_ELASTICSEARCH_PREFIX/)
})
