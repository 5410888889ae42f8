/**
 * The embedding's two inner loops over a list of features (its row in the embedding, its owner in the packed batch):
 * sum adds each feature's row to its owner's row; step takes the owner's gradient off the feature's row with row-wise Adagrad.
 */
import {
  advance,
  type Code,
  constant,
  countdown,
  F32,
  f32,
  get,
  I32,
  i32,
  quad,
  set,
  V128,
  type WasmFunction,
  when,
} from './wasm-code.ts'

const QUADS = [0, 1, 2, 3]
/** base + load(list) * width */
const addressOf = (base: number, list: number, width: Code): Code => [
  ...get(base),
  ...get(list),
  ...i32.load,
  ...width,
  ...i32.times,
  ...i32.add,
]

function sum(): WasmFunction {
  const [EMBEDDING, X, ROWS, OWNERS, COUNT, WIDTH, FROM, TO, LEFT] = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const
  const block = QUADS.flatMap((q) => [
    ...get(TO),
    ...get(TO),
    ...quad.load(q * 16),
    ...get(FROM),
    ...quad.load(q * 16),
    ...quad.add,
    ...quad.store(q * 16),
  ])
  const feature: Code = [
    ...[...addressOf(EMBEDDING, ROWS, get(WIDTH)), ...set(FROM)],
    ...[...addressOf(X, OWNERS, get(WIDTH)), ...set(TO)],
    ...[...get(WIDTH), ...set(LEFT)],
    ...countdown(LEFT, 64, [...block, ...advance(FROM, constant(64)), ...advance(TO, constant(64))]),
    ...[...advance(ROWS, constant(4)), ...advance(OWNERS, constant(4))],
  ]
  return {
    name: 'sum',
    parameters: Array<number>(6).fill(I32),
    locals: [I32, I32, I32],
    body: when(get(COUNT), countdown(COUNT, 1, feature)),
  }
}

function step(): WasmFunction {
  const [EMBEDDING, SQUARES, GRADIENT, GRADIENT_SQUARES, ROWS, OWNERS, COUNT, WIDTH, RATE] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8,
  ] as const
  const [FROM, TO, LEFT, AT, TOTAL, SCALE] = [9, 10, 11, 12, 13, 14] as const
  const block = QUADS.flatMap((q) => [
    ...[...get(TO), ...get(TO), ...quad.load(q * 16)],
    ...[...get(FROM), ...quad.load(q * 16), ...get(SCALE), ...quad.times, ...quad.subtract, ...quad.store(q * 16)],
  ])
  const feature: Code = [
    ...[...addressOf(SQUARES, ROWS, constant(4)), ...set(AT)],
    ...[
      ...get(AT),
      ...f32.load,
      ...addressOf(GRADIENT_SQUARES, OWNERS, constant(4)),
      ...f32.load,
      ...f32.add,
      ...set(TOTAL),
    ],
    ...[...get(AT), ...get(TOTAL), ...f32.store],
    ...[...get(RATE), ...get(TOTAL), ...f32.sqrt, ...f32.divide, ...quad.splat, ...set(SCALE)],
    ...[...addressOf(GRADIENT, OWNERS, get(WIDTH)), ...set(FROM)],
    ...[...addressOf(EMBEDDING, ROWS, get(WIDTH)), ...set(TO)],
    ...[...get(WIDTH), ...set(LEFT)],
    ...countdown(LEFT, 64, [...block, ...advance(FROM, constant(64)), ...advance(TO, constant(64))]),
    ...[...advance(ROWS, constant(4)), ...advance(OWNERS, constant(4))],
  ]
  return {
    name: 'step',
    parameters: [...Array<number>(8).fill(I32), F32],
    locals: [I32, I32, I32, I32, F32, V128],
    body: when(get(COUNT), countdown(COUNT, 1, feature)),
  }
}

export const SUM_ROWS = sum()
export const STEP_ROWS = step()
