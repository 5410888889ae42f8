import type { Processor, ProcessorContext, ProcessorSupplier } from '../processor.ts'
import type { StreamRecord } from '../record.ts'

type Each<K, V, KR, VR> = (record: StreamRecord<K, V>, context: ProcessorContext<KR, VR>) => void

/** A processor that is one function without state. */
export const stateless =
  <K, V, KR, VR>(each: Each<K, V, KR, VR>): ProcessorSupplier<K, V, KR, VR> =>
  () => {
    let context: ProcessorContext<KR, VR>
    const processor: Processor<K, V, KR, VR> = {
      init: (given) => {
        context = given
      },
      process: (record) => each(record, context),
    }
    return processor
  }
