import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

type Rgb = readonly [number, number, number]

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8').replaceAll('"', "'")
const colours = (block: string): ReadonlyMap<string, Rgb> =>
  new Map(
    [...block.matchAll(/--([\w-]+): #([0-9a-f]{6});/g)].map(([, name, hex]) => [
      name!,
      [0, 2, 4].map((at) => Number.parseInt(hex!.slice(at, at + 2), 16) / 255) as unknown as Rgb,
    ]),
  )
const block = (selector: string) => {
  const start = css.indexOf(selector)
  return css.slice(start, css.indexOf('}', start))
}
const themes = {
  dark: colours(block(":root[data-theme='dark']")),
  light: colours(block(":root[data-theme='light']")),
  'light by the system': colours(block(":root[data-theme='system']")),
}

const linear = (channel: number) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4)
const light = ([r, g, b]: Rgb) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
const contrast = (left: Rgb, right: Rgb) => {
  const [high, low] = [light(left), light(right)].sort((a, b) => b - a) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear light. */
const simulations: Readonly<Record<string, readonly Rgb[]>> = {
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

/** CIE L*a*b* of linear light, D65. */
function lab([r, g, b]: Rgb): Rgb {
  const f = (value: number) => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116)
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505)
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b)
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089)
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

for (const [theme, of] of Object.entries(themes)) {
  test(`text is readable on every ground (${theme})`, () => {
    const grounds = ['ground', 'ground-2', 'ground-3']
    for (const ink of ['ink', 'ink-2', 'ink-3', 'off', 'pos-ink', 'neg-ink', 'warn', 'bad'])
      for (const ground of grounds) {
        // Struck-out and quiet text never stands on the strongest ground.
        if (ground === 'ground-3' && ['off', 'ink-3'].includes(ink)) continue
        const ratio = contrast(of.get(ink)!, of.get(ground)!)
        assert.ok(ratio >= 4.5, `${ink} on ${ground}: ${ratio.toFixed(2)}`)
      }
    for (const [ink, ground] of [
      ['key-on', 'key'],
      ['live-on', 'live'],
      ['reveal-on', 'reveal'],
      ['warn-on', 'warn'],
      ['bad', 'bad-wash'],
      ['ink', 'warn-wash'],
    ] as const)
      assert.ok(contrast(of.get(ink)!, of.get(ground)!) >= 4.5, `${ink} on ${ground}`)
  })

  test(`positive and negative stay apart for every colour vision (${theme})`, () => {
    for (const [kind, matrix] of Object.entries(simulations)) {
      const seen = (name: string) => {
        const channels = of.get(name)!.map(linear)
        return lab(
          matrix.map((row) =>
            Math.min(
              1,
              Math.max(
                0,
                row.reduce((sum, factor, at) => sum + factor * channels[at]!, 0),
              ),
            ),
          ) as unknown as Rgb,
        )
      }
      const [left, right] = [seen('pos'), seen('neg')]
      const distance = Math.hypot(left[0] - right[0], left[1] - right[1], left[2] - right[2])
      assert.ok(distance >= 40, `${kind}: ${distance.toFixed(0)}`)
    }
  })
}

test('the light that the system asks for is the light that is chosen', () => {
  assert.deepEqual(themes['light by the system'], themes.light)
})
