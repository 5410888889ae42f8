import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readStoresConfig } from './stores-config.ts'

const refused = (env: { readonly [name: string]: string }, sentence: RegExp) =>
  assert.throws(
    () => readStoresConfig(env),
    (cause: Error & { code?: string }) => cause.code === 'CONFIG_INVALID' && sentence.test(cause.message),
  )

test('without an address there is no MongoDB, and settings that need one are refused', () => {
  assert.equal(readStoresConfig({}).mongodb, null)
  refused({ JAVAS_MONGODB_PASSWORD: 'x' }, /set without JAVAS_MONGODB/)
})

test('an address is enough; its path or a variable names the database', () => {
  const url = 'mongodb://a:1,b:2/?replicaSet=rs0'
  assert.deepEqual(readStoresConfig({ JAVAS_MONGODB: url }).mongodb, { url, database: 'javas', credentials: null })
  assert.equal(readStoresConfig({ JAVAS_MONGODB: 'mongodb://a/chat' }).mongodb?.database, 'chat')
  assert.equal(readStoresConfig({ JAVAS_MONGODB: url, JAVAS_MONGODB_DATABASE: 'chat' }).mongodb?.database, 'chat')
})

test('the user stands in the address, the password never, nor in any message', () => {
  const env = { JAVAS_MONGODB: 'mongodb+srv://kim%40work@host/?tls=true', JAVAS_MONGODB_PASSWORD: 's3cret' }
  const { mongodb } = readStoresConfig(env)
  assert.deepEqual(mongodb?.credentials, { username: 'kim@work', password: 's3cret' })
  assert.equal(mongodb?.url, 'mongodb+srv://host/?tls=true')
  refused({ JAVAS_MONGODB: 'mongodb://kim:s3cret@host' }, /^(?!.*s3cret).*JAVAS_MONGODB_PASSWORD/)
  refused({ JAVAS_MONGODB: 'mongodb://kim@host' }, /belong together/)
  refused({ JAVAS_MONGODB: 'mongodb://host', JAVAS_MONGODB_PASSWORD: 's3cret' }, /^(?!.*s3cret).*belong together/)
})

test('what is no address, and a database name that cannot be one, are refused', () => {
  for (const url of ['localhost', 'http://host', 'mongodb://', 'mongodb:///x', 'mongodb://h/%zz'])
    refused({ JAVAS_MONGODB: url }, /JAVAS_MONGODB/)
  refused({ JAVAS_MONGODB: 'mongodb://h/a.b' }, /JAVAS_MONGODB_DATABASE/)
})
