/** How Elasticsearch is reached, and what is ours in it. Plain data. */
export interface ElasticsearchConfig {
  /** `https://host:9200`, without user and password. */
  readonly urls: readonly string[]
  readonly login:
    | { readonly kind: 'none' }
    | { readonly kind: 'password'; readonly user: string; readonly password: string }
    | { readonly kind: 'api-key'; readonly apiKey: string }
  /** PEM text of the authority that signed the server's certificate; null takes the system's. */
  readonly ca: string | null
  /** Every index, alias and template of ours begins with it and a dash. */
  readonly prefix: string
  /** Authors' pseudonyms are made with it. Whoever knows it and the index can find out which pseudonym an author has. */
  readonly pseudonymKey: string
}
