import { createHash } from 'node:crypto'
import avsc from 'avsc'

/** Ids of shipped schemas lie here and above; a registry counts from 1 and never comes this far. */
export const FIRST_SHIPPED_ID = 2 ** 30

/**
 * The id of a schema where no registry gives one: 30 bits of the SHA-256 of Avro's parsing canonical form, above 2^30. The
 * same in every process and version, whatever the order of registration; documentation, defaults and aliases do not count.
 */
export function schemaId(schema: string): number {
  const canonical = JSON.stringify(avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema).schema())
  const digest = createHash('sha256').update(canonical).digest().readUInt32BE(0)
  return FIRST_SHIPPED_ID + (digest & (FIRST_SHIPPED_ID - 1))
}
