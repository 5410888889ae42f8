/** How the archive's database is reached. Plain data. */
export interface MongoConfig {
  /** mongodb://host:27017/?replicaSet=rs0 or mongodb+srv://host, without a password. */
  readonly url: string
  readonly database: string
  /** Who we are; null where the server asks nobody. */
  readonly credentials: { readonly username: string; readonly password: string } | null
  /** How long a call waits for a server that takes it, ms. Default 5,000. */
  readonly patienceMs?: number
}
