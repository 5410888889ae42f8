import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultSettings } from '../testing/fixture.ts'
import { channelZone } from './channel-zone.server.ts'

const zoneOf = (timeZone: string | null) =>
  channelZone(
    { hub: { settings: (id) => (timeZone === null ? null : { ...defaultSettings(id), timeZone }) } },
    'demo:one',
  )

test("a channel's pages are in the zone that it set, and in their reader's where it set none", () => {
  assert.equal(zoneOf('America/New_York'), 'America/New_York')
  assert.equal(zoneOf(''), null)
  assert.equal(zoneOf(null), null)
})

test('a zone that is none keeps no page from being drawn', () => {
  for (const written of ['Mars/Olympus', '+09:00', ' ', '<b>']) assert.equal(zoneOf(written), null, written)
})
