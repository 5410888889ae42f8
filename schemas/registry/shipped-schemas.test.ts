import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topics } from '../topics.ts'
import { releasedSchemas } from './released-schemas.ts'
import { FIRST_SHIPPED_ID, schemaId } from './schema-id.ts'
import { ShippedSchemas } from './shipped-schemas.ts'
import { subjectOf } from './subject-strategy.ts'

test('an id follows from the schema alone: these are on disks and never change', () => {
  assert.equal(schemaId('{"type":"string"}'), schemaId('"string"'))
  const ids = Object.fromEntries(
    releasedSchemas().map(({ name, version, schema }) => [`${name}.v${version}`, schemaId(schema)]),
  )
  assert.equal(ids['chat-messages.v1'], 1_305_223_776)
  assert.equal(ids['analyzed-messages.v1'], 1_148_388_019)
})

test('documentation, defaults and spelling give no other id; another field does', () => {
  const plain = '{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}'
  const told = '{"name":"R","type":"record","doc":"d","fields":[{"name":"a","type":{"type":"int"},"default":1}]}'
  assert.equal(schemaId(plain), schemaId(told))
  assert.notEqual(schemaId(plain), schemaId(plain.replace('"a"', '"b"')))
})

test('two processes that register in another order agree, and no released schema shares its id', () => {
  const released = releasedSchemas().map(({ schema }) => schema)
  const [one, two] = [new ShippedSchemas(released), new ShippedSchemas(released.toReversed())]
  const ids = new Map<number, string>()
  for (const schema of released) {
    const id = one.register('a', schema)
    assert.equal(two.register('b', schema), id)
    assert.ok(id >= FIRST_SHIPPED_ID && id < 2 ** 31, 'a registry never gives it, and Java reads it as a positive int')
    assert.equal(schemaId(ids.get(id) ?? schema), schemaId(schema))
    ids.set(id, schema)
  }
})

test('every released version decodes without being registered first', () => {
  const { value } = topics.deadLetters
  const fresh = new ShippedSchemas()
  assert.equal(fresh.schema(schemaId(value.schema)), value.schema)
})

test('two schemas with one id are refused instead of misread', () => {
  const schemas = new ShippedSchemas([], () => FIRST_SHIPPED_ID)
  schemas.register('a', '"string"')
  assert.throws(() => schemas.register('b', '"long"'), { code: 'SCHEMA_ID_COLLISION' })
})

test('subjects are named as the Java serializers name them', () => {
  const schema = topics.chatMessages.value.schema
  assert.equal(subjectOf('topic', 'chat-messages', schema), 'chat-messages-value')
  assert.equal(subjectOf('record', 'chat-messages', schema), 'javas.ChatMessage')
  assert.equal(subjectOf('topic-record', 'chat-messages', schema), 'chat-messages-javas.ChatMessage')
})
