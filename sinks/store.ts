/** A server-side store whose layout (collections, indexes, templates) is made by `javas stores apply`. */
export interface Store {
  /** For people: what it is and where, without secrets. */
  describe(): Promise<string>
  /** What `apply` would change, in its order; empty when everything is as it should be. */
  plan(): Promise<readonly StoreChange[]>
  /** Makes one change. Made twice, it changes nothing. */
  apply(change: StoreChange): Promise<void>
  close(): Promise<void>
}

export interface StoreChange {
  /** One line, such as "collection messages: create". */
  readonly what: string
}
