import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grafanaLink, kibanaLink } from './outside-links.ts'

const place = { channelId: 'twitch:kim"chi', broadcastId: "2026!11'23" }
const FROM = Date.UTC(2026, 10, 23, 12)

test('Grafana opens on the broadcast and its time', () => {
  const url = new URL(grafanaLink('https://grafana.example.com/sub/', place, { from: FROM, to: FROM + 60_000 }))
  assert.equal(url.pathname, '/sub/d/javas-broadcast')
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    'var-channel': place.channelId,
    'var-broadcast': place.broadcastId,
    from: String(FROM),
    to: String(FROM + 60_000),
  })
})

test('Kibana opens on the chat of the broadcast; nothing of an id gets out of its quotes', () => {
  const link = kibanaLink('http://127.0.0.1:5601', place, { from: FROM, to: null })
  const state = decodeURIComponent(new URL(link).hash)
  assert.ok(state.includes("_g=(time:(from:'2026-11-23T12:00:00.000Z',to:'now'))"), state)
  assert.ok(state.includes(`query:'channelId:"twitch:kim\\"chi" AND broadcastId:"2026!!11!'23"'`), state)
  assert.ok(!link.includes('"') && !link.includes("'"))
})
