import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KernelMemory } from './kernel-memory.ts'
import { PieceNetwork } from './piece-network.ts'
import { Random } from './random.ts'

const SHAPE = { width: 16, channels: 16, hidden: 16, outputs: 16 } as const

test('the kernel multiplies plain, strided and transposed matrices with any number of rows', () => {
  const memory = new KernelMemory(40_000)
  const random = new Random(1)
  for (const [rows, inner, columns] of [
    [1, 1, 16],
    [2, 3, 16],
    [5, 7, 48],
    [9, 48, 32],
  ] as const) {
    const a = memory.floats(rows * inner).map(() => random.unit() - 0.5)
    const stored = memory.floats(rows * inner)
    const b = memory.floats(inner * columns)
    for (let i = 0; i < b.length; i++) b[i] = random.unit() - 0.5
    for (const turn of [false, true]) {
      for (let r = 0; r < rows; r++)
        for (let k = 0; k < inner; k++) stored[turn ? k * rows + r : r * inner + k] = a[r * inner + k]!
      const c = memory.floats(rows * columns).fill(1)
      const at = (x: Float32Array) => x.byteOffset / 4
      memory.multiplyAdd(
        { at: at(c), row: columns, column: 1 },
        { at: at(stored), row: turn ? 1 : inner, column: turn ? rows : 1 },
        { at: at(b), row: columns, column: 1 },
        rows,
        inner,
        columns,
      )
      for (let r = 0; r < rows; r++)
        for (let n = 0; n < columns; n++) {
          let sum = 1
          for (let k = 0; k < inner; k++) sum += a[r * inner + k]! * b[k * columns + n]!
          assert.ok(Math.abs(sum - c[r * columns + n]!) < 1e-5)
        }
    }
  }
})

for (const [layers, drop] of [
  ['convolutions', 0],
  ['convolutions', 0.3],
  ['recurrent', 0],
  ['recurrent', 0.3],
] as const) {
  test(`backward gives the slope that moving each number by hand shows, ${layers}, ${drop === 0 ? 'with everything kept' : 'with the same numbers dropped'}`, () => {
    // seeds at which no number sits so near a bend that moving it by hand crosses it
    const random = new Random(layers === 'recurrent' ? 9 : 7)
    const shape = { ...SHAPE, layers }
    const network = new PieceNetwork(new KernelMemory(PieceNetwork.numbers(shape, 4, 40)), shape, 4, 40, random)
    // three texts of 3, 1 and 2 pieces; one piece has no known feature
    let row = 1
    for (const [b, counts] of [[3, 1, 4], [2], [0, 5]].entries()) {
      network.firstRow[b] = row
      network.rowCount[b] = counts.length
      for (const count of counts) {
        network.featureCount[row] = count
        if (count > 0) for (let d = 0; d < 16; d++) network.x[row * 16 + d] = random.unit() * 2 - 1
        row++
      }
      row++
    }
    network.texts = 3
    network.packedRows = row - 2
    const weights = Array.from({ length: 48 }, () => random.unit() - 0.5)
    const loss = () => {
      network.forward(new Random(11), drop)
      return weights.reduce((sum, w, i) => sum + w * network.outputs[i]!, 0)
    }
    loss()
    network.dOutputs.set(weights)
    network.backward(drop)
    const check = (values: Float32Array, slopes: Float32Array, i: number, name: string) => {
      const held = values[i]!
      const slope = slopes[i]!
      values[i] = held + 2e-3
      const more = loss()
      values[i] = held - 2e-3
      const less = loss()
      values[i] = held
      assert.ok(
        Math.abs((more - less) / 4e-3 - slope) < 2e-3 + 0.02 * Math.abs(slope),
        `${name} ${i}: ${(more - less) / 4e-3} against ${slope}`,
      )
    }
    const gradients = network.gradients.slice()
    const dx = network.dx.slice()
    for (let n = 0; n < 600; n++)
      check(network.parameters, gradients, Math.floor(random.unit() * gradients.length), 'parameter')
    for (let r = 1; r <= network.packedRows; r++)
      if (network.featureCount[r]! > 0) for (let d = 0; d < 16; d++) check(network.x, dx, r * 16 + d, 'x')
  })
}

test('the embedding kernels sum rows and step them as the plain loops do', () => {
  const random = new Random(5)
  for (const width of [16, 32]) {
    const memory = new KernelMemory(20_000)
    const fill = (array: Float32Array) =>
      array.forEach((_, i) => {
        array[i] = random.unit() - 0.5
      })
    const [embedding, x, gradient, squares, gradientSquares] = [20 * width, 8 * width, 8 * width, 20, 8].map((n) =>
      memory.floats(n),
    ) as [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array]
    fill(embedding)
    fill(gradient)
    squares.fill(0.1)
    gradientSquares.fill(0.3)
    const [rows, owners] = [memory.integers(50), memory.integers(50)]
    for (let i = 0; i < 50; i++) {
      rows[i] = random.bits() % 20
      owners[i] = random.bits() % 8
    }
    const [e, s, sums] = [embedding.slice(), squares.slice(), new Float32Array(8 * width)]
    memory.sumRows(x, embedding, { rows, owners, count: 50 }, width)
    for (let i = 0; i < 50; i++)
      for (let d = 0; d < width; d++) sums[owners[i]! * width + d]! += e[rows[i]! * width + d]!
    memory.stepRows(embedding, squares, gradient, gradientSquares, { rows, owners, count: 50 }, width, 0.2)
    for (let i = 0; i < 50; i++) {
      s[rows[i]!]! += gradientSquares[owners[i]!]!
      for (let d = 0; d < width; d++)
        e[rows[i]! * width + d]! -= (0.2 / Math.sqrt(s[rows[i]!]!)) * gradient[owners[i]! * width + d]!
    }
    for (let i = 0; i < sums.length; i++) assert.ok(Math.abs(x[i]! - sums[i]!) < 1e-5)
    for (let i = 0; i < e.length; i++) assert.ok(Math.abs(embedding[i]! - e[i]!) < 1e-5)
    for (let i = 0; i < 20; i++) assert.ok(Math.abs(squares[i]! - s[i]!) < 1e-5)
  }
})
