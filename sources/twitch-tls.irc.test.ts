/** The Twitch client against a real IRC server over TLS: ngIRCd. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ircLink, realIrcContract } from './real-irc.contract.ts'
import { productionEnvironment } from './source-environment.ts'
import { startNgIrcd, startNgIrcdPair } from './testing/ngircd.ts'
import { observedConnections } from './testing/observed-connections.ts'
import { startWatching, until } from './testing/watching.ts'
import { openTwitch } from './twitch.ts'

realIrcContract('ngIRCd over TLS', { start: () => startNgIrcd('tls'), startPair: () => startNgIrcdPair('tls') })

/** Reads a server whose certificate names `subject`; trusts it as an authority only where `isTrusted`. */
async function refused(t: TestContext, subject: string, isTrusted: boolean) {
  const server = await startNgIrcd('tls', { subject })
  t.after(() => server.close())
  const connections = observedConnections(isTrusted ? server.ca : undefined)
  const environment = { ...productionEnvironment, ...connections.environment, endpoints: { twitch: server.url } }
  const watching = await startWatching(openTwitch({}, environment), ircLink)
  t.after(() => watching.stop())
  await until('refused', () => watching.told().includes('reconnecting certificate'))
  assert.deepEqual(connections.sent, [], 'nothing is said to a server that is not who it should be')
  assert.ok(!watching.told().includes('live'))
  return watching.states.find(({ reason }) => reason === 'certificate')?.detail ?? ''
}

test('a certificate that nobody vouches for is refused, and said', async (t) => {
  assert.match(await refused(t, 'IP:127.0.0.1', false), /self-signed/i)
})

test('a certificate of another server is refused, and said', async (t) => {
  assert.match(await refused(t, 'DNS:irc.chat.twitch.tv', true), /does not match certificate/i)
})
