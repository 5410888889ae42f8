import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSource, parseBroadcastLink } from './registry.ts'

const told = (text: unknown) => {
  const result = parseBroadcastLink(text)
  return result.ok ? result.link.channelId : `${result.code} ${result.platform}`.trim()
}

const unknown = 'LINK_UNKNOWN'
const notLive = 'LINK_NOT_A_BROADCAST twitch'

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
  ['@somechannel', 'youtube:@somechannel'],
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
  ['https://chzzk.naver.com/live/0123456789abcdef0123456789abcdef', 'chzzk:0123456789abcdef0123456789abcdef'],
  ['https://m.chzzk.naver.com/0123456789abcdef0123456789abcdef', 'chzzk:0123456789abcdef0123456789abcdef'],
  ['0123456789abcdef0123456789abcdef', 'chzzk:0123456789abcdef0123456789abcdef'],
  ['https://play.sooplive.com/somebid', 'soop:somebid'],
  ['https://play.sooplive.co.kr/somebid/291000000', 'soop:somebid'],
  ['https://play.afreecatv.com/somebid', 'soop:somebid'],
  ['https://www.sooplive.co.kr/station/somebid', 'soop:somebid'],
]

/** YouTube's ids are told apart by case; as a key they are lower case. */
const video = 'youtube:abcdefghijk'
const notYoutube = 'LINK_NOT_A_BROADCAST youtube'
const youtube: readonly (readonly [string, string])[] = [
  ['https://www.youtube.com/watch?v=AbCdEfGhIjk', video],
  ['http://youtube.com/watch?v=AbCdEfGhIjk', video],
  ['youtube.com/watch?v=AbCdEfGhIjk', video],
  ['https://www.youtube.com/watch?app=desktop&v=AbCdEfGhIjk&t=12s', video],
  ['https://www.youtube.com/watch?list=PLx&amp;v=AbCdEfGhIjk&amp;index=2', video],
  ['https://m.youtube.com/watch?v=AbCdEfGhIjk', video],
  ['https://music.youtube.com/watch?v=AbCdEfGhIjk&si=x', video],
  ['https://gaming.youtube.com/watch?v=AbCdEfGhIjk', video],
  ['https://youtu.be/AbCdEfGhIjk?t=3', video],
  ['youtu.be/AbCdEfGhIjk', video],
  ['https://m.youtube.com/live/AbCdEfGhIjk', video],
  ['https://www.youtube.com/live/AbCdEfGhIjk?si=abc&feature=share', video],
  ['https://www.youtube.com/shorts/AbCdEfGhIjk', video],
  ['https://www.youtube.com/embed/AbCdEfGhIjk?autoplay=1', video],
  ['https://www.youtube-nocookie.com/embed/AbCdEfGhIjk', video],
  ['https://www.youtube.com/v/AbCdEfGhIjk', video],
  ['https://www.youtube.com/e/AbCdEfGhIjk', video],
  ['https://www.youtube.com/live_chat?v=AbCdEfGhIjk&is_popout=1', video],
  ['https://studio.youtube.com/video/AbCdEfGhIjk/livestreaming', video],
  ['AbCdEfGh-jk', 'youtube:abcdefgh-jk'],
  ['AbCdEfGh1jk', 'youtube:abcdefgh1jk'],
  ['youtube.com/@handle/live', 'youtube:@handle'],
  ['https://www.youtube.com/@Handle.Name-1', 'youtube:@handle.name-1'],
  ['https://www.youtube.com/@handle/streams', 'youtube:@handle'],
  ['https://www.youtube.com/@김치찌개', 'youtube:@김치찌개'],
  ['https://www.youtube.com/@%EA%B9%80%EC%B9%98/live', 'youtube:@김치'],
  ['https://www.youtube.com/channel/UCaaaaaaaaaaaaaaaaaaaaaa', 'youtube:ucaaaaaaaaaaaaaaaaaaaaaa'],
  ['https://www.youtube.com/channel/UCaaaaaaaaaaaaaaaaaaaaaa/live', 'youtube:ucaaaaaaaaaaaaaaaaaaaaaa'],
  ['UCaaaaaaaaaaaaaaaaaaaaaa', 'youtube:ucaaaaaaaaaaaaaaaaaaaaaa'],
  ['https://www.youtube.com/embed/live_stream?channel=UCaaaaaaaaaaaaaaaaaaaaaa', 'youtube:ucaaaaaaaaaaaaaaaaaaaaaa'],
  ['https://www.youtube.com/c/Cheese/live', 'youtube:c/cheese'],
  ['https://www.youtube.com/user/Cheese', 'youtube:user/cheese'],
  ['https://www.youtube.com/Cheese', 'youtube:c/cheese'],
  ['https://www.youtube.com/', notYoutube],
  ['https://www.youtube.com/feed/trending', notYoutube],
  ['https://www.youtube.com/results?search_query=live', notYoutube],
  ['https://www.youtube.com/playlist?list=PLx', notYoutube],
  ['https://www.youtube.com/hashtag/live', notYoutube],
  ['https://www.youtube.com/clip/UgkxAbc', notYoutube],
  ['https://www.youtube.com/post/UgkxAbc', notYoutube],
  ['https://www.youtube.com/redirect?q=https%3A%2F%2Fevil.com', notYoutube],
  ['https://www.youtube.com/watch?v=short', notYoutube],
  ['https://www.youtube.com/watch', notYoutube],
]

const hostileYoutube: readonly (readonly [string, string])[] = [
  ['https://www.youtube.com/watch?v=AbCdEfGhIjk&v=ZyXwVuTsRqP', notYoutube],
  ['https://www.youtube.com/watch?v=AbCdEfGhIj%6b%2f..', notYoutube],
  ['https://www.youtube.com/watch?v=AbCdEfGhIjk%00', notYoutube],
  ['https://www.youtube.com/watch?v=../../../x', notYoutube],
  ['https://www.youtube.com/watch?v=%0d%0aHost:x', notYoutube],
  ['https://www.youtube.com/live/AbCdEfGhIjk/../../x', notYoutube],
  ['https://www.youtube.com/live/%2e%2e', notYoutube],
  ['https://www.youtube.com/@../live', notYoutube],
  ['https://www.youtube.com/@%2e%2e%2flive', notYoutube],
  ['https://www.youtube.com/@handle%3Fx=1', notYoutube],
  ['https://www.youtube.com/@handle%2Flive', notYoutube],
  ['https://www.youtube.com/@handle%00', notYoutube],
  ['https://www.youtube.com/@handle%E2%80%AE', notYoutube],
  ['https://www.youtube.com/@%ff', notYoutube],
  ['https://www.youtube.com/@', notYoutube],
  ['https://www.youtube.com/channel/UC../x', notYoutube],
  ['https://www.youtube.com/channel/UCaaaaaaaaaaaaaaaaaaaaaa%2F..', notYoutube],
  ['https://www.youtube.com/c/..', notYoutube],
  ['https://www.youtube.com/c/a%2Fb', notYoutube],
  ['https://www.youtube.com/user/%2e%2e', notYoutube],
  ['https://youtu.be/AbCdEfGhIjk/x', notYoutube],
  ['https://youtu.be/AbCdEfGhIjk%23', notYoutube],
  ['https://youtu.be/', notYoutube],
  ['https://www.youtube.com:443/watch?v=AbCdEfGhIjk', unknown],
  ['https://www.youtube.com@evil.com/watch?v=AbCdEfGhIjk', unknown],
  ['https://evil.com/watch?v=AbCdEfGhIjk', unknown],
  ['https://evil.com/https://www.youtube.com/watch?v=AbCdEfGhIjk', unknown],
  ['https://www.youtube.com.evil/watch?v=AbCdEfGhIjk', unknown],
  ['https://youtube.co/watch?v=AbCdEfGhIjk', unknown],
  ['https://www-youtube.com/watch?v=AbCdEfGhIjk', unknown],
  ['https://yоutube.com/watch?v=AbCdEfGhIjk', unknown],
  ['https://consent.youtube.com/m?continue=https://www.youtube.com/watch?v=AbCdEfGhIjk', unknown],
  ['@some/../handle', unknown],
  ['@some handle', unknown],
  [`@${'a'.repeat(60)}`, unknown],
]

const shopping = 'naver-shopping:1234567'
const notShopping = 'LINK_NOT_A_BROADCAST naver-shopping'
const naver: readonly (readonly [string, string])[] = [
  ['https://view.shoppinglive.naver.com/lives/1234567?fm=shoppinglive&sn=home&tr=lim', shopping],
  ['https://view.shoppinglive.naver.com/lives/1234567', shopping],
  ['http://m.shoppinglive.naver.com/lives/1234567/', shopping],
  ['shoppinglive.naver.com/lives/1234567#x', shopping],
  ['https://shoppinglive.naver.com/livebridge/1234567', shopping],
  ['1234567', shopping],
  ['12345678', 'naver-shopping:12345678'],
  ['https://naver.me/abcDEF', 'naver-shopping:naver.me/abcdef'],
  ['naver.me/5xYz12', 'naver-shopping:naver.me/5xyz12'],
  ['https://view.shoppinglive.naver.com/replays/1234567', notShopping],
  ['https://view.shoppinglive.naver.com/shortclips/1234567', notShopping],
  ['https://shoppinglive.naver.com/channels/12345', notShopping],
  ['https://shoppinglive.naver.com/', notShopping],
  ['https://shoppinglive.naver.com/search/lives?query=x', notShopping],
]

const hostileNaver: readonly (readonly [string, string])[] = [
  ['https://view.shoppinglive.naver.com/lives/../../x', notShopping],
  ['https://view.shoppinglive.naver.com/lives/1234567/../9', notShopping],
  ['https://view.shoppinglive.naver.com/lives/12345%2f67', notShopping],
  ['https://view.shoppinglive.naver.com/lives/1234567%00', notShopping],
  ['https://view.shoppinglive.naver.com/lives/-1', notShopping],
  ['https://view.shoppinglive.naver.com/lives/1e9', notShopping],
  ['https://view.shoppinglive.naver.com/lives/0x1234567', notShopping],
  ['https://view.shoppinglive.naver.com/lives/１２３４５６７', notShopping],
  ['https://view.shoppinglive.naver.com/lives/9999999999999999', notShopping],
  ['https://view.shoppinglive.naver.com/Lives/1234567', notShopping],
  ['https://naver.me/', notShopping],
  ['https://naver.me/..', notShopping],
  ['https://naver.me/abc/DEF', notShopping],
  ['https://naver.me/abc%2f..%2fDEF', notShopping],
  ['https://naver.me/abcDEF@evil.com', notShopping],
  [`https://naver.me/${'a'.repeat(100)}`, notShopping],
  ['https://naver.me:8080/abcDEF', unknown],
  ['https://user@naver.me/abcDEF', unknown],
  ['https://naver.me.evil.com/abcDEF', unknown],
  ['https://naver.mе/abcDEF', unknown],
  ['https://apis.naver.com/live_commerce_web/viewer_api_web/v1/broadcast/1234567', unknown],
  ['https://shoppinglive.naver.com.evil/lives/1234567', unknown],
  ['https://evil.shoppinglive.naver.com/lives/1234567', unknown],
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
  for (const [link, expected] of [...honest, ...youtube, ...naver]) assert.equal(told(link), expected, link)
})

test('a hostile link never becomes a channel of its choosing', () => {
  for (const [link, expected] of [...hostile, ...hostileYoutube, ...hostileNaver])
    assert.equal(told(link), expected, String(link).slice(0, 80))
})

test('the tables are as long as they were meant to be', () => {
  const [kind, evil] = [
    honest.length + youtube.length + naver.length,
    hostile.length + hostileYoutube.length + hostileNaver.length,
  ]
  assert.ok(kind + evil >= 200)
  assert.ok(evil >= (kind + evil) / 2)
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
