/** Just enough of WebAssembly's binary format to write the two kernels: instructions are byte lists that are joined. */
export type Code = number[]

export const I32 = 0x7f
export const F32 = 0x7d
export const V128 = 0x7b

export function unsigned(value: number): Code {
  const out: Code = []
  let v = value
  do {
    out.push(v > 127 ? (v & 127) | 128 : v)
    v >>>= 7
  } while (v > 0)
  return out
}

function signed(value: number): Code {
  const out: Code = []
  let v = value
  for (;;) {
    const byte = v & 127
    v >>= 7
    if ((v === 0 && (byte & 64) === 0) || (v === -1 && (byte & 64) !== 0)) return [...out, byte]
    out.push(byte | 128)
  }
}

const simd = (op: number, ...rest: number[]): Code => [0xfd, ...unsigned(op), ...rest]

export const get = (local: number): Code => [0x20, ...unsigned(local)]
export const set = (local: number): Code => [0x21, ...unsigned(local)]
export const constant = (value: number): Code => [0x41, ...signed(value)]
export const i32 = { add: [0x6a], subtract: [0x6b], times: [0x6c], and: [0x71], shiftRight: [0x76], load: [0x28, 2, 0] }
export const f32 = { load: [0x2a, 2, 0], store: [0x38, 2, 0], sqrt: [0x91], add: [0x92], divide: [0x95] }
/** Four floats at once; memory operations take a byte offset. */
export const quad = {
  load: (offset: number): Code => simd(0x00, 2, ...unsigned(offset)),
  loadSplat: (offset: number): Code => simd(0x09, 2, ...unsigned(offset)),
  store: (offset: number): Code => simd(0x0b, 2, ...unsigned(offset)),
  splat: simd(0x13),
  add: simd(0xe4),
  subtract: simd(0xe5),
  times: simd(0xe6),
}

/** local += by */
export const advance = (local: number, by: Code): Code => [...get(local), ...by, ...i32.add, ...set(local)]

/** do { body } while (local -= by); the local is above zero before. */
export const countdown = (local: number, by: number, body: Code): Code => [
  ...[0x03, 0x40],
  ...body,
  ...get(local),
  ...constant(-by),
  ...i32.add,
  ...[0x22, ...unsigned(local), 0x0d, 0, 0x0b],
]

/** if (condition) { body } */
export const when = (condition: Code, body: Code): Code => [...condition, 0x04, 0x40, ...body, 0x0b]

export interface WasmFunction {
  readonly name: string
  readonly parameters: readonly number[]
  /** Types of the locals after the parameters. */
  readonly locals: readonly number[]
  readonly body: Code
}

/** A module of functions without results over one imported memory (module "m", name "m"). */
export function assemble(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content]
  const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()]
  const name = (text: string): Code => [text.length, ...Buffer.from(text)]
  const bodies = functions.map((f) => {
    const code = [...list(f.locals.map((type) => [1, type])), ...f.body, 0x0b]
    return [...unsigned(code.length), ...code]
  })
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list(functions.map((f) => [0x60, ...list(f.parameters.map((type) => [type])), 0]))),
    ...section(2, list([[...name('m'), ...name('m'), 2, 0, 1]])),
    ...section(3, list(functions.map((_, i) => unsigned(i)))),
    ...section(7, list(functions.map((f, i) => [...name(f.name), 0, ...unsigned(i)]))),
    ...section(10, list(bodies)),
  ])
}
