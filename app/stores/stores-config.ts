import type { ElasticsearchConfig } from '#sinks/elasticsearch/elasticsearch-config.ts'
import type { MongoConfig } from '#sinks/mongo-archive.ts'
import { secretOf } from '../cluster/cluster-config.ts'
import type { Environment } from '../environment.ts'
import { JavasError } from '../errors.ts'
import { elasticsearchConfig } from './elasticsearch-config.ts'

/** The servers that hold the cluster's archive. Plain data. */
export interface StoresConfig {
  /** The record of everything; null: a file in the data folder. */
  readonly mongodb: MongoConfig | null
  /** A search index beside the record; null: the record answers searches itself. */
  readonly elasticsearch: ElasticsearchConfig | null
}

/** Whether the record stands on servers: then export and dashboard need not share a machine. */
export const hasServers = ({ mongodb }: StoresConfig): boolean => mongodb !== null

const wrong = (message: string) => new JavasError('CONFIG_INVALID', message)

/** @throws JavasError CONFIG_INVALID naming the variable, what it was and what it may be */
export function readStoresConfig(env: Environment): StoresConfig {
  return { mongodb: mongoConfig(env), elasticsearch: elasticsearchConfig(env) }
}

/**
 * JAVAS_MONGODB=mongodb://user@host-1:27017,host-2:27017/?replicaSet=rs0. The password comes apart from it: addresses are
 * shown and logged.
 */
function mongoConfig(env: Environment): MongoConfig | null {
  const given = env.JAVAS_MONGODB
  if (!given) {
    const stray = Object.keys(env).find((name) => /^JAVAS_MONGODB_/.test(name) && env[name])
    if (stray) throw wrong(`${stray} is set without JAVAS_MONGODB: set JAVAS_MONGODB=mongodb://host:27017 as well.`)
    return null
  }
  const match = /^(mongodb(?:\+srv)?:\/\/)(?:([^@/]*)@)?([^/?]+)(\/[^?]*)?(\?.*)?$/.exec(given)
  if (!match) throw wrong('JAVAS_MONGODB must be an address such as mongodb://user@host:27017/?replicaSet=rs0.')
  const [, scheme, user, hosts, path = '/', options = ''] = match
  if (user?.includes(':')) throw wrong('JAVAS_MONGODB holds a password: put it into JAVAS_MONGODB_PASSWORD or _FILE.')
  const password = secretOf(env, 'JAVAS_MONGODB_PASSWORD')
  if (Boolean(user) !== (password !== ''))
    throw wrong(
      'a user in JAVAS_MONGODB (mongodb://user@host) and JAVAS_MONGODB_PASSWORD belong together: set both, or neither.',
    )
  const inPath = decoded(path.slice(1))
  const database = env.JAVAS_MONGODB_DATABASE || inPath || 'javas'
  if (!/^[A-Za-z0-9_-]{1,63}$/.test(database))
    throw wrong(`JAVAS_MONGODB_DATABASE=${database} may hold letters, digits, dashes and underscores, at most 63.`)
  return {
    // A path names where users are looked up as well: kept as it was given.
    url: `${scheme}${hosts}${path}${options}`,
    database,
    credentials: user ? { username: decoded(user), password } : null,
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw wrong('JAVAS_MONGODB has a % that begins no escape.')
  }
}
