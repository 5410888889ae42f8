/**
 * CRC-32C (Castagnoli), what a record batch is checked by. Native code where the platform has it (some 5 GB/s), else
 * WebAssembly (1.4 GB/s); both give the same.
 */
import { crc32c as portable } from '@platformatic/kafka'

const native = await import('@node-rs/crc32').then(
  (module) => module.crc32c as (data: Uint8Array) => number,
  () => undefined,
)

export const crc32c: (data: Uint8Array) => number = native ?? ((data) => portable(data as Buffer))
