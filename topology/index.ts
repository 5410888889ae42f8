/** The engine's public API: `#topology`. Only this file and `testing/` may be imported from outside. */
export type * from './broker/broker.ts'
export type { Header, Headers, StreamRecord } from './record.ts'
export { noHeaders } from './record.ts'
export type { Codec, SchemaRegistry, Serde } from './serde.ts'
export { bytesSerde, jsonSerde, stringSerde } from './serde.ts'
