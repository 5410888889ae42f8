import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LineSplitter } from './line-splitter.ts'
import { nickOf, parseIrc, unescapeTag } from './parse-irc.ts'

const parts = (line: string) => {
  const irc = parseIrc(line)
  return irc && { tags: Object.fromEntries(irc.tags), prefix: irc.prefix, command: irc.command, params: irc.params }
}

test('a line is tags, prefix, command, middle parameters and a trailing one', () => {
  assert.deepEqual(parts('@a=1;b :n!u@h PRIVMSG #c :hello : there'), {
    tags: { a: '1', b: '' },
    prefix: 'n!u@h',
    command: 'PRIVMSG',
    params: ['#c', 'hello : there'],
  })
  assert.deepEqual(parts('PING :tmi.twitch.tv')?.params, ['tmi.twitch.tv'])
  assert.deepEqual(parts('PING tmi')?.params, ['tmi'])
  assert.deepEqual(parts(':s 353 me = #c :a b c')?.params, ['me', '=', '#c', 'a b c'])
  assert.deepEqual(parts(':s   cap   *  ACK :x')?.params, ['*', 'ACK', 'x'])
  assert.deepEqual(parts('PRIVMSG #c :')?.params, ['#c', ''])
  assert.deepEqual(parts('PRIVMSG #c ::)')?.params, ['#c', ':)'])
})

test('tag values are unescaped, a lone backslash at the end is dropped', () => {
  assert.equal(unescapeTag('a\\sb\\:c\\\\d\\re\\nf\\xg\\'), 'a b;c\\d\re\nfxg')
  assert.equal(parts('@system-msg=Kim\\ssubscribed=1;x= :t PING')?.tags['system-msg'], 'Kim subscribed=1')
})

test('the nick is what stands before ! or @', () => {
  assert.deepEqual(['n!u@h', 'n@h', 'tmi.twitch.tv', ''].map(nickOf), ['n', 'n', 'tmi.twitch.tv', ''])
})

test('what is not IRC is null, whatever it is', () => {
  const garbage = [
    '',
    ' ',
    '@',
    '@a=1',
    '@a=1 ',
    ':',
    ':p',
    ':p ',
    '12',
    '1234',
    '안녕하세요',
    '{"a":1}',
    '\u0000\u0001',
    'A'.repeat(33),
    `PING :${'x'.repeat(40_000)}`,
  ]
  for (const line of garbage) assert.equal(parseIrc(line), null, JSON.stringify(line.slice(0, 20)))
})

test('a tag called __proto__ is a tag', () => {
  assert.equal(parseIrc('@__proto__=x;constructor=y PING')?.tags.get('__proto__'), 'x')
})

test('several lines in a frame are several lines', () => {
  const splitter = new LineSplitter()
  assert.deepEqual(splitter.push('PING :a\r\nPING :b\r\n'), ['PING :a', 'PING :b'])
  assert.deepEqual(splitter.push('PING :c\nPING :d\r\n\r\n'), ['PING :c', 'PING :d'])
})

test('a server that never ends a line sends one line a frame', () => {
  const splitter = new LineSplitter()
  assert.deepEqual(splitter.push('PING :a'), ['PING :a'])
  assert.deepEqual(splitter.push('PING :b'), ['PING :b'])
})

test('a line broken over two frames is put together, the CRLF too', () => {
  const splitter = new LineSplitter()
  splitter.push('001 me :hi\r\n')
  assert.deepEqual(splitter.push('PRIVMSG #c :안녕'), [])
  assert.ok(splitter.hasRest)
  assert.deepEqual(splitter.push('하세요\r'), ['PRIVMSG #c :안녕하세요'])
  assert.deepEqual(splitter.push('\nPING :x\r\n'), ['PING :x'])
})

test('a line whose end never comes is given up on flush', () => {
  const splitter = new LineSplitter()
  splitter.push('001 me :hi\r\n')
  splitter.push('PING :late')
  assert.deepEqual(splitter.flush(), ['PING :late'])
  assert.ok(!splitter.hasRest)
})

test('a line without end does not fill the memory', () => {
  const splitter = new LineSplitter()
  splitter.push('001 me :hi\r\n')
  for (let frame = 0; frame < 100; frame++) assert.deepEqual(splitter.push('x'.repeat(20_000)), [])
  assert.ok(!splitter.hasRest)
  assert.equal(splitter.overlong, 1)
  assert.deepEqual(splitter.push('PRIVMSG #c :its end is no line\r\nPING :next\r\n'), ['PING :next'])
})

test('in a stream the first line, too, waits for its end', () => {
  const splitter = new LineSplitter({ endsLines: true })
  assert.deepEqual(splitter.push('001 me'), [])
  assert.deepEqual(splitter.push(' :hi\r'), ['001 me :hi'])
  assert.deepEqual(splitter.push('\n'), [])
})
