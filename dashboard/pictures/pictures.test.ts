import assert from 'node:assert/strict'
import { test } from 'node:test'
import { segmentsOf } from '../live/to-wire.ts'
import { animatedGif, animatedPng, animatedWebp, dotPng } from '../testing/pictures.ts'
import { pictureAddress, pictureKey } from './picture-key.ts'
import { PictureStore } from './picture-store.ts'
import { kindOf } from './picture-type.ts'
import { stillOf } from './still-picture.ts'

const emote = (id: string) => `https://static-cdn.jtvnw.net/emoticons/v2/${id}/default/dark/1.0`
const url = (id: string) => pictureAddress(pictureKey(emote(id))!)!

test('a key stands for one address on a host that emotes come from', () => {
  for (const address of [
    emote('25'),
    'https://nng-phinf.pstatic.net/glive/a_%20b.png?type=f60',
    'https://yt3.ggpht.com/x=w48-h48',
  ])
    assert.equal(pictureAddress(pictureKey(address)!)?.href, address)
})

test('no other address has a key, and no key leads to one', () => {
  for (const address of [
    ...[
      'http://static-cdn.jtvnw.net/a.png',
      'https://static-cdn.jtvnw.net:8443/a.png',
      'https://static-cdn.jtvnw.net.evil.com/a',
    ],
    ...[
      'https://user:secret@static-cdn.jtvnw.net/a',
      'https://static-cdn.jtvnw.net@evil.com/a',
      'https://127.0.0.1/a.png',
    ],
    ...[
      'https://169.254.169.254/latest',
      'file:///etc/passwd',
      'data:image/png;base64,AA',
      '//static-cdn.jtvnw.net/a',
      '',
    ],
    `https://static-cdn.jtvnw.net/${'a'.repeat(600)}`,
  ]) {
    assert.equal(pictureKey(address), null, address)
    assert.equal(pictureAddress(Buffer.from(address).toString('base64url')), null, address)
  }
  for (const key of ['', '..', 'a b', 'https:', `${pictureKey(emote('25'))}=`, '../../etc/passwd', 'A'.repeat(5000)])
    assert.equal(pictureAddress(key), null, key)
})

test('what a file is, its bytes say; a page, a script and SVG are no pictures', () => {
  assert.deepEqual(kindOf(dotPng), { type: 'image/png', width: 1, height: 1 })
  assert.deepEqual(kindOf(animatedGif), { type: 'image/gif', width: 2, height: 1 })
  assert.deepEqual(kindOf(animatedWebp), { type: 'image/webp', width: 3, height: 2 })
  for (const text of [
    '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
    '<!doctype html><p>aaaaaaaaaaaaaaa',
    'GIF8',
    '',
  ])
    assert.equal(kindOf(Buffer.from(text.padEnd(40))), null, text)
})

test('of an animated picture the first frame is left, of any other all of it', () => {
  const gif = stillOf(animatedGif, 'image/gif')!
  assert.equal(gif.toString('latin1').split('\x2c').length - 1, 1)
  assert.equal(gif.at(-1), 0x3b)
  const png = stillOf(animatedPng, 'image/png')!
  assert.equal(/acTL|fcTL|fdAT/.test(png.toString('latin1')), false)
  assert.equal(kindOf(png)?.type, 'image/png')
  const webp = stillOf(animatedWebp, 'image/webp')!
  assert.equal(/ANIM|ANMF/.test(webp.toString('latin1')), false)
  assert.equal(webp.readUInt32LE(4), webp.length - 8)
  assert.deepEqual(kindOf(webp), { type: 'image/webp', width: 3, height: 2 })
  assert.deepEqual(stillOf(dotPng, 'image/png'), dotPng)
})

test('a file that ends in its middle has no first frame, and nothing breaks', () => {
  for (const [bytes, type] of [
    [animatedGif, 'image/gif'],
    [animatedPng, 'image/png'],
    [animatedWebp, 'image/webp'],
  ] as const)
    for (let length = 30; length < bytes.length; length += 1) stillOf(bytes.subarray(0, length), type)
})

test('a picture is fetched once, for all who ask meanwhile and afterwards', async () => {
  let fetched = 0
  const store = new PictureStore({
    fetch: async () => {
      fetched += 1
      return dotPng
    },
  })
  const got = await Promise.all([store.get(url('1'), false), store.get(url('1'), false), store.get(url('1'), true)])
  assert.deepEqual(new Set(got.map((picture) => picture?.etag)).size, 1)
  await store.get(url('1'), false)
  assert.equal(fetched, 1)
})

test('what is no picture, or larger than an emote, is missing, and is not asked for again for ten minutes', async () => {
  let now = 0
  let fetched = 0
  const huge = Buffer.from(dotPng)
  huge.writeUInt32BE(50_000, 16)
  for (const bytes of [Buffer.from('<svg onload="alert(1)" xmlns="http://www.w3.org/2000/svg"/>'), huge, null]) {
    fetched = 0
    const store = new PictureStore({
      now: () => now,
      fetch: async () => {
        fetched += 1
        if (!bytes) throw new Error('away')
        return bytes
      },
    })
    assert.equal(await store.get(url('1'), false), null)
    assert.equal(await store.get(url('1'), true), null)
    assert.equal(fetched, 1)
    now += 11 * 60_000
    await store.get(url('1'), false)
    assert.equal(fetched, 2)
  }
})

test('memory is bounded: the least lately used picture goes', async () => {
  let fetched = 0
  const store = new PictureStore({
    mostBytes: dotPng.length * 2,
    fetch: async () => {
      fetched += 1
      return dotPng
    },
  })
  for (const id of ['1', '2', '1', '3']) await store.get(url(id), false)
  assert.equal(store.bytes, dotPng.length * 2)
  await store.get(url('1'), false)
  assert.equal(fetched, 3)
  await store.get(url('2'), false)
  assert.equal(fetched, 4)
})

test('so many are fetched at once, so many wait, and the others are told there is none, for now', async () => {
  const open: (() => void)[] = []
  let most = 0
  let running = 0
  const store = new PictureStore({
    atOnce: 2,
    mostWaiting: 1,
    fetch: async () => {
      running += 1
      most = Math.max(most, running)
      await new Promise<void>((go) => open.push(go))
      running -= 1
      return dotPng
    },
  })
  const asked = ['1', '2', '3', '4'].map((id) => store.get(url(id), false))
  assert.equal(await asked[3], null)
  open.shift()!()
  await asked[0]
  while (open.length > 0) open.shift()!()
  await new Promise((go) => setImmediate(go))
  while (open.length > 0) open.shift()!()
  assert.ok((await Promise.all(asked.slice(0, 3))).every((picture) => picture !== null))
  assert.equal(most, 2)
  const again = store.get(url('4'), false)
  await new Promise((go) => setImmediate(go))
  open.shift()!()
  assert.notEqual(await again, null)
})

test('an emote carries the key of its picture; one under a mask carries nothing', () => {
  const runs = [
    { text: '안녕 ', emote: null },
    { text: 'Kappa', emote: { id: '25', url: emote('25') } },
    { text: 'local', emote: { id: 'x', url: 'https://evil.example/x.png' } },
  ]
  const text = runs.map((run) => run.text).join('')
  const span = { start: 4, end: 6, severity: 3, technique: 'plain' as const, rule: 'r', category: 'vulgar' }
  assert.deepEqual(segmentsOf(text, runs, [], 1), [
    { text: '안녕 ' },
    { emote: 'Kappa', picture: pictureKey(emote('25')) },
    { emote: 'local' },
  ])
  assert.equal(JSON.stringify(segmentsOf(text, runs, [span], 1)).includes(pictureKey(emote('25'))!), false)
})
