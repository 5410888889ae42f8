import type { Operation } from './operation.ts'

export interface WatchArgs {
  readonly link: string
  readonly options: { readonly [name: string]: string }
}

export const watchLink: Operation<WatchArgs> = async function* ({ watch }, { link, options }) {
  yield `${await watch(link, options)}\n`
}
