import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSource, parseBroadcastLink } from './registry.ts'

const told = (text: unknown) => {
  const result = parseBroadcastLink(text)
  return result.ok ? result.link.channelId : `${result.code} ${result.platform}`.trim()
}

const unknown = 'LINK_UNKNOWN'
const notLive = 'LINK_NOT_A_BROADCAST twitch'
const later = (platform: string) => `LINK_PLATFORM_LATER ${platform}`

/** What a person may well paste. */
const honest: readonly (readonly [string, string])[] = [
  ['https://www.twitch.tv/somechannel', 'twitch:somechannel'],
  ['https://twitch.tv/somechannel', 'twitch:somechannel'],
  ['http://twitch.tv/somechannel', 'twitch:somechannel'],
  ['https://m.twitch.tv/somechannel', 'twitch:somechannel'],
  ['https://go.twitch.tv/somechannel', 'twitch:somechannel'],
  ['twitch.tv/somechannel', 'twitch:somechannel'],
  ['www.twitch.tv/somechannel', 'twitch:somechannel'],
  ['HTTPS://WWW.TWITCH.TV/SomeChannel', 'twitch:somechannel'],
  ['https://www.twitch.tv/Some_Channel_99', 'twitch:some_channel_99'],
  ['https://www.twitch.tv/somechannel/', 'twitch:somechannel'],
  ['https://www.twitch.tv/somechannel?sr=a&tt_medium=mobile', 'twitch:somechannel'],
  ['https://www.twitch.tv/somechannel#chat', 'twitch:somechannel'],
  ['https://www.twitch.tv/somechannel/chat', 'twitch:somechannel'],
  ['https://www.twitch.tv/popout/somechannel/chat', 'twitch:somechannel'],
  ['https://www.twitch.tv/popout/somechannel/chat?popout=', 'twitch:somechannel'],
  ['https://www.twitch.tv/embed/somechannel/chat?parent=x', 'twitch:somechannel'],
  ['https://www.twitch.tv/moderator/somechannel', 'twitch:somechannel'],
  ['https://player.twitch.tv/?channel=somechannel&parent=localhost', 'twitch:somechannel'],
  ['https://player.twitch.tv/?parent=localhost&channel=SomeChannel', 'twitch:somechannel'],
  ['  https://www.twitch.tv/somechannel \n', 'twitch:somechannel'],
  ['#somechannel', 'twitch:somechannel'],
  // A YouTube handle looks like this as well.
  ['@somechannel', unknown],
  ['somechannel', 'twitch:somechannel'],
  ['SomeChannel', 'twitch:somechannel'],
  ['ab', 'twitch:ab'],
  ['#12345', 'twitch:12345'],
  ['a'.repeat(25), `twitch:${'a'.repeat(25)}`],
  ['https://www.twitch.tv/demo', 'twitch:demo'],
  ['#demo', 'twitch:demo'],
  ['demo', 'demo:chat'],
  ['DEMO', 'demo:chat'],
  ['demo:second', 'demo:second'],
  ['demo://second', 'demo:second'],
  ['replay:show.jsonl', 'replay:show'],
  ['replay:/home/me/녹화 파일 1.jsonl', 'replay:녹화-파일-1'],
  ['replay:C:/Users/me/Show.JSONL', 'replay:show'],
  ['https://www.twitch.tv/', notLive],
  ['https://www.twitch.tv', notLive],
  ['https://www.twitch.tv/directory', notLive],
  ['https://www.twitch.tv/directory/category/art', notLive],
  ['https://www.twitch.tv/videos/123456', notLive],
  ['https://www.twitch.tv/somechannel/videos', notLive],
  ['https://www.twitch.tv/somechannel/clip/AbcDef', notLive],
  ['https://www.twitch.tv/settings/profile', notLive],
  ['https://www.twitch.tv/settings', notLive],
  ['https://www.twitch.tv/downloads', notLive],
  ['https://www.twitch.tv/p/legal', notLive],
  ['https://www.twitch.tv/search?term=x', notLive],
  ['https://www.twitch.tv/wallet', notLive],
  ['https://www.twitch.tv/popout/', notLive],
  ['https://clips.twitch.tv/AbcDef', notLive],
  ['https://player.twitch.tv/?video=v123', notLive],
  ['https://player.twitch.tv/?channel=a1&channel=b2', notLive],
  ['https://dashboard.twitch.tv/u/somechannel/stream-manager', notLive],
  ['https://www.youtube.com/watch?v=AbCdEfGhIjk', later('youtube')],
  ['https://youtu.be/AbCdEfGhIjk?t=3', later('youtube')],
  ['youtube.com/@handle/live', later('youtube')],
  ['https://m.youtube.com/live/AbCdEfGhIjk', later('youtube')],
  ['https://studio.youtube.com/video/AbCdEfGhIjk/livestreaming', later('youtube')],
  ['https://www.youtube-nocookie.com/embed/AbCdEfGhIjk', later('youtube')],
  ['https://chzzk.naver.com/live/0123456789abcdef0123456789abcdef', 'chzzk:0123456789abcdef0123456789abcdef'],
  ['https://m.chzzk.naver.com/0123456789abcdef0123456789abcdef', 'chzzk:0123456789abcdef0123456789abcdef'],
  ['0123456789abcdef0123456789abcdef', 'chzzk:0123456789abcdef0123456789abcdef'],
  ['https://view.shoppinglive.naver.com/lives/1234567?fm=x', later('naver-shopping')],
  ['https://shoppinglive.naver.com/replays/1234567', later('naver-shopping')],
  ['https://naver.me/abcDEF', later('naver-shopping')],
  ['https://play.sooplive.com/somebid', later('soop')],
  ['https://play.sooplive.co.kr/somebid/291000000', later('soop')],
  ['https://play.afreecatv.com/somebid', later('soop')],
  ['https://www.sooplive.co.kr/station/somebid', later('soop')],
]

/** What a person would paste to make the server talk to somebody else. All of it is refused. */
const hostile: readonly (readonly [unknown, string])[] = [
  ['http://169.254.169.254/latest/meta-data/', unknown],
  ['http://[::1]/', unknown],
  ['http://[::ffff:127.0.0.1]/somechannel', unknown],
  ['http://127.0.0.1/somechannel', unknown],
  ['http://127.1/somechannel', unknown],
  ['127.0.0.1', unknown],
  ['http://0x7f000001/', unknown],
  ['http://0x7f.1/', unknown],
  ['http://2130706433/', unknown],
  ['2130706433', unknown],
  ['http://017700000001/', unknown],
  ['http://localhost/somechannel', unknown],
  ['http://localhost:8080/', unknown],
  ['http://metadata.google.internal/computeMetadata', unknown],
  ['https://evil@twitch.tv/somechannel', unknown],
  ['https://twitch.tv@evil.com/somechannel', unknown],
  ['https://twitch.tv:pass@evil.com/', unknown],
  ['https://user:pass@www.twitch.tv/somechannel', unknown],
  ['https://evil.com\\@twitch.tv/somechannel', unknown],
  ['https:\\\\twitch.tv\\somechannel', unknown],
  ['https://twitch.tv\\.evil.com/somechannel', unknown],
  ['https://www.twitch.tv:8080/somechannel', unknown],
  ['https://www.twitch.tv:443/somechannel', unknown],
  ['https://www.twitch.tv:/somechannel', unknown],
  ['https://youtube.com.evil/watch?v=AbCdEfGhIjk', unknown],
  ['https://youtube.com.evil.com/watch?v=AbCdEfGhIjk', unknown],
  ['https://twitch.tv.evil.com/somechannel', unknown],
  ['https://eviltwitch.tv/somechannel', unknown],
  ['https://evil.twitch.tv/somechannel', unknown],
  ['https://twitch.tv./somechannel', unknown],
  ['https://www..twitch.tv/somechannel', unknown],
  ['https://.twitch.tv/somechannel', unknown],
  ['https://-twitch.tv/somechannel', unknown],
  ['https://twitch.tv%2eevil.com/somechannel', unknown],
  ['https://%74witch.tv/somechannel', unknown],
  ['https://twitch.tv%00.evil.com/somechannel', unknown],
  ['https://twіtch.tv/somechannel', unknown],
  ['https://ｔｗｉｔｃｈ.tv/somechannel', unknown],
  ['https://twitch。tv/somechannel', unknown],
  ['https://xn--twtch-p5a.tv/somechannel', unknown],
  ['https://ⓣwitch.tv/somechannel', unknown],
  ['https://twitch.tv/somechannel', 'twitch:somechannel'],
  ['javascript:alert(1)', unknown],
  ['JaVaScRiPt:alert(1)//twitch.tv/somechannel', unknown],
  ['javascript://twitch.tv/%0aalert(1)', unknown],
  ['data:text/html,<script>alert(1)</script>', unknown],
  ['file:///etc/passwd', unknown],
  ['ftp://twitch.tv/somechannel', unknown],
  ['gopher://twitch.tv/somechannel', unknown],
  ['ws://twitch.tv/somechannel', unknown],
  ['//twitch.tv/somechannel', unknown],
  ['https:/twitch.tv/somechannel', unknown],
  ['https:twitch.tv/somechannel', unknown],
  ['https://https://twitch.tv/somechannel', unknown],
  ['https://twitch.tv/some channel', notLive],
  ['https://twit\tch.tv/somechannel', unknown],
  ['https://twitch.tv/some\nchannel', unknown],
  ['https://twitch.tv/\u0000somechannel', unknown],
  ['https://twitch.tv/\u202elennahc', unknown],
  ['https://twitch.tv/some\u200bchannel', unknown],
  ['\ufeffhttps://twitch.tv/somechannel', unknown],
  ['https://twitch.tv/\ud800', unknown],
  ['https://twitch.tv/../etc/passwd', notLive],
  ['https://twitch.tv/somechannel/../videos', notLive],
  ['https://twitch.tv/%2e%2e', notLive],
  ['https://twitch.tv/some%0achannel', notLive],
  ['https://twitch.tv/somechannel%00', notLive],
  ['https://twitch.tv/@evil.com', notLive],
  ['https://twitch.tv/한글채널', notLive],
  ['https://twitch.tv/_underscore', notLive],
  [`https://twitch.tv/${'a'.repeat(26)}`, notLive],
  ['https://player.twitch.tv/?channel=../x', notLive],
  ['https://player.twitch.tv/?channel=%00', notLive],
  ['#some channel', unknown],
  ['#somechannel\r\nJOIN #other', unknown],
  ['#somechannel,#other', unknown],
  ['somechannel\r\nQUIT', unknown],
  ['demo:../../x', unknown],
  ['demo:x\ny', unknown],
  [`demo:${'x'.repeat(41)}`, unknown],
  ['replay:', unknown],
  ['replay:...', 'LINK_NOT_A_BROADCAST replay'],
  ['replay:a\u0000b', unknown],
  ['__proto__', 'LINK_UNKNOWN'],
  ['constructor', 'twitch:constructor'],
  ['12345678', unknown],
  ['', unknown],
  ['   ', unknown],
  ['a', unknown],
  ['안녕', unknown],
  ['🙂🙂', unknown],
  ['https://example.com/somechannel', unknown],
  ['https://naver.com/lives/1', unknown],
  ['https://evil.naver.me/x', unknown],
  [`https://www.twitch.tv/somechannel?${'x'.repeat(10_000)}`, unknown],
  ['x'.repeat(10_000), unknown],
  [`https://${'a.'.repeat(900)}tv/x`, unknown],
  [null, unknown],
  [undefined, unknown],
  [42, unknown],
  [{ toString: () => 'demo' }, unknown],
  [['demo'], unknown],
]

test('a pasted link becomes a channel, or a refusal that says why', () => {
  for (const [link, expected] of honest) assert.equal(told(link), expected, link)
})

test('a hostile link never becomes a channel of its choosing', () => {
  for (const [link, expected] of hostile) assert.equal(told(link), expected, String(link).slice(0, 80))
})

test('the tables are as long as they were meant to be', () => {
  assert.ok(honest.length + hostile.length >= 120)
  assert.ok(hostile.length >= 60)
})

test('the link that is shown is built from the parts, never the one pasted', () => {
  const result = parseBroadcastLink('http://m.twitch.tv/SomeChannel?x=<script>')
  assert.ok(result.ok)
  assert.equal(result.link.url, 'https://www.twitch.tv/somechannel')
})

test('only a replay is for the owner of the machine alone', () => {
  const ownerOnly = (text: string) => {
    const result = parseBroadcastLink(text)
    return result.ok && result.link.ownerOnly
  }
  assert.deepEqual(['replay:x', 'demo', '#somechannel'].map(ownerOnly), [true, false, false])
})

test('a link is parsed in the same short time whatever it holds', () => {
  // Nested repetition in the grammar would make this take hours.
  for (const text of [`https://${'a-'.repeat(990)}`, `https://${'-'.repeat(1_900)}.tv`, `https://${'a.'.repeat(990)}`])
    assert.equal(told(text), unknown)
})

test('a source that does not exist is refused by name', () => {
  for (const name of ['nothing', '__proto__', 'constructor', ''])
    assert.throws(() => openSource(name), { code: 'SOURCE_UNKNOWN' })
})
