/**
 * multiply: C += A x B, 16 columns and two rows at a time with 128-bit SIMD. A is read one number at a time with free row and
 * column strides: a transposed matrix and the sliding window of a convolution are only other strides, never a copy.
 */
import {
  advance,
  type Code,
  constant,
  countdown,
  get,
  I32,
  i32,
  quad,
  set,
  V128,
  type WasmFunction,
  when,
} from './wasm-code.ts'

// parameters: byte addresses, counts, byte strides
const [C, A, B, ROWS, COLUMNS, INNER, ROW_A, COLUMN_A, ROW_B, ROW_C] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const
const [BLOCK, P, PA, PB, PC, PC2, PA2, PAIRS] = [10, 11, 12, 13, 14, 15, 16, 17] as const
const SUM = 18
const VALUE = SUM + 8
const QUADS = [0, 1, 2, 3]

/** One strip of `height` rows of C, all column blocks. */
function strip(height: 1 | 2): Code {
  const sum = (row: number, q: number) => SUM + row * 4 + q
  const pc = [PC, PC2]
  const pa = [PA, PA2]
  const rows = height === 2 ? [0, 1] : [0]
  const multiplyAdd = (r: number, q: number): Code => [
    ...[...get(sum(r, q)), ...get(VALUE), ...get(PB), ...quad.load(q * 16)],
    ...[...quad.times, ...quad.add, ...set(sum(r, q))],
  ]
  const inner: Code = [
    ...rows.flatMap((r) => [
      ...get(pa[r]!),
      ...quad.loadSplat(0),
      ...set(VALUE),
      ...QUADS.flatMap((q) => multiplyAdd(r, q)),
    ]),
    ...rows.flatMap((r) => advance(pa[r]!, get(COLUMN_A))),
    ...advance(PB, get(ROW_B)),
  ]
  const block: Code = [
    ...rows.flatMap((r) => QUADS.flatMap((q) => [...get(pc[r]!), ...quad.load(q * 16), ...set(sum(r, q))])),
    ...[...get(A), ...set(PA)],
    ...[...get(A), ...get(ROW_A), ...i32.add, ...set(PA2)],
    ...[...get(B), ...get(C), ...i32.subtract, ...get(PC), ...i32.add, ...set(PB)],
    ...[...get(INNER), ...set(P)],
    ...countdown(P, 1, inner),
    ...rows.flatMap((r) => QUADS.flatMap((q) => [...get(pc[r]!), ...get(sum(r, q)), ...quad.store(q * 16)])),
    ...rows.flatMap((r) => advance(pc[r]!, constant(64))),
  ]
  return [
    ...[...get(C), ...set(PC)],
    ...[...get(C), ...get(ROW_C), ...i32.add, ...set(PC2)],
    ...[...get(COLUMNS), ...set(BLOCK)],
    ...countdown(BLOCK, 16, block),
    ...rows.flatMap(() => [...advance(A, get(ROW_A)), ...advance(C, get(ROW_C))]),
  ]
}

export const MULTIPLY: WasmFunction = {
  name: 'multiply',
  parameters: Array<number>(10).fill(I32),
  locals: [...Array<number>(8).fill(I32), ...Array<number>(9).fill(V128)],
  body: [
    ...[...get(ROWS), ...constant(1), ...i32.shiftRight, ...set(PAIRS)],
    ...when(get(PAIRS), countdown(PAIRS, 1, strip(2))),
    ...when([...get(ROWS), ...constant(1), ...i32.and], strip(1)),
  ],
}
