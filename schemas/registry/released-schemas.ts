import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

export interface ReleasedSchema {
  /** The topic's name, or the name of the store's schema under `stores/`. */
  readonly name: string
  readonly version: number
  readonly schema: string
}

/** Every schema that was ever released, oldest version first. */
export function releasedSchemas(directory = join(import.meta.dirname, '..', 'released')): readonly ReleasedSchema[] {
  return globSync('*.avsc', { cwd: directory })
    .map((file) => {
      const [, name, version] = /^(.+)\.v(\d+)\.avsc$/.exec(basename(file)) ?? []
      return { name: name!, version: Number(version), schema: readFileSync(join(directory, file), 'utf8') }
    })
    .sort((left, right) => left.name.localeCompare(right.name) || left.version - right.version)
}
