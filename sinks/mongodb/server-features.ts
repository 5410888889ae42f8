import type { Db, Document } from 'mongodb'

/** What the server can do beyond single documents. The archive needs none of it; it is told at the start. */
export interface ServerFeatures {
  readonly version: string
  /** Several documents at once; only replica sets and sharded clusters have them. */
  readonly transactions: boolean
  /** Documents that go by themselves when their time is over. */
  readonly expiry: boolean
}

const NO_SUCH_COMMAND = 59

export async function serverFeatures(database: Db): Promise<ServerFeatures> {
  const hello = await commandOr(database, { hello: 1 }, { isMaster: 1 })
  const build = await database.admin().command({ buildInfo: 1 })
  return {
    version: String(build.version),
    transactions:
      hello.logicalSessionTimeoutMinutes !== undefined && (hello.setName !== undefined || hello.msg === 'isdbgrid'),
    // A server that keeps no sessions is no MongoDB of its own: what it says of expiry is not to be trusted either.
    expiry: hello.logicalSessionTimeoutMinutes !== undefined,
  }
}

async function commandOr(database: Db, command: Document, other: Document): Promise<Document> {
  try {
    return await database.admin().command(command)
  } catch (cause) {
    if ((cause as { readonly code?: unknown }).code !== NO_SUCH_COMMAND) throw cause
    return database.admin().command(other)
  }
}
