/** Turns what a platform sends into what it never should: deterministic for a seed. */
import type { Random } from '../demo/random.ts'

const tokens = [
  ...['null', '{}', '[]', '""', '0', '-1', '1e400', '9007199254740993', 'true', '"__proto__"', '\\u0000', '\\ud800'],
  ...[
    '{:',
    ':}',
    '\x1b\t',
    '\f',
    '\r\n',
    '@',
    '=',
    ';',
    '/',
    '|',
    '%00',
    '\ufdd0',
    '\u202e',
    '가',
    '\u0489'.repeat(20),
  ],
].map((token) => Buffer.from(token))

/** One to four changes of `input`, at most four times as long as it. */
export function mutate(input: Buffer, others: readonly Buffer[], random: Random): Buffer {
  let data = input
  for (let changes = random.between(1, 4); changes > 0; changes--) data = change(data, others, random)
  return data.subarray(0, Math.max(64, input.length * 4))
}

function change(data: Buffer, others: readonly Buffer[], random: Random): Buffer {
  const at = random.between(0, data.length)
  const end = Math.min(data.length, at + random.between(1, random.chance(0.1) ? 1_000 : 16))
  const head = data.subarray(0, at)
  switch (random.between(0, 7)) {
    case 0: {
      const flipped = Buffer.from(data)
      if (at < data.length) flipped[at] = flipped[at]! ^ (1 << random.between(0, 7))
      return flipped
    }
    case 1:
      return head
    case 2:
      return Buffer.concat([head, data.subarray(end)])
    case 3:
      return Buffer.concat([data.subarray(0, end), data.subarray(at)])
    case 4:
      return Buffer.concat([head, random.pick(tokens), data.subarray(end)])
    case 5: {
      const other = random.pick(others)
      return Buffer.concat([head, other.subarray(random.between(0, other.length))])
    }
    case 6:
      return Buffer.concat([head, Buffer.alloc(end - at, random.between(0, 255)), data.subarray(end)])
    default:
      return swapValues(data, random)
  }
}

/** Within JSON: one value takes the place of another, so that the form stays whole and the types do not. */
function swapValues(data: Buffer, random: Random): Buffer {
  const text = data.toString('utf8')
  const values = [...text.matchAll(/"[^"\\]{0,200}"|-?\d{1,20}|null|true|false/g)]
  if (values.length < 2) return data
  const place = random.pick(values)
  return Buffer.from(text.slice(0, place.index) + random.pick(values)[0] + text.slice(place.index + place[0].length))
}
