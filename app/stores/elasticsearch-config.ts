import type { ElasticsearchConfig } from '#sinks/elasticsearch/elasticsearch-config.ts'
import { fileOf, secretOf } from '../cluster/cluster-config.ts'
import type { Environment } from '../environment.ts'
import { JavasError } from '../errors.ts'

/** Of a secret that is to be guessed by nobody. */
const LEAST_KEY = 32

const wrong = (message: string) => new JavasError('CONFIG_INVALID', message)

/**
 * JAVAS_ELASTICSEARCH=https://es-1:9200,https://es-2:9200, without user and password: addresses are shown and logged. Null
 * without it. @throws JavasError CONFIG_INVALID naming the variable, what it was and what it may be
 */
export function elasticsearchConfig(env: Environment): ElasticsearchConfig | null {
  if (!env.JAVAS_ELASTICSEARCH) {
    const stray = Object.keys(env).find((name) => name.startsWith('JAVAS_ELASTICSEARCH_') && env[name])
    if (stray) throw wrong(`${stray} is set without JAVAS_ELASTICSEARCH: set JAVAS_ELASTICSEARCH=http://host:9200 too.`)
    return null
  }
  const prefix = env.JAVAS_ELASTICSEARCH_PREFIX || 'javas'
  if (!/^[a-z][a-z0-9_]{0,30}$/.test(prefix))
    throw wrong(
      `JAVAS_ELASTICSEARCH_PREFIX=${prefix} may hold small letters, digits and underscores, at most 31, a letter first.`,
    )
  return {
    urls: urlsOf(env.JAVAS_ELASTICSEARCH),
    login: loginOf(env),
    ca: fileOf(env, 'JAVAS_ELASTICSEARCH_CA'),
    prefix,
    pseudonymKey: pseudonymKeyOf(env),
  }
}

function urlsOf(text: string): readonly string[] {
  const urls = text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
  for (const url of urls) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
      throw wrong(`JAVAS_ELASTICSEARCH must be addresses such as https://host:9200; ${withoutUser(url)} is none.`)
    if (new URL(url).username || new URL(url).password)
      throw wrong(
        'JAVAS_ELASTICSEARCH holds a user: put it into JAVAS_ELASTICSEARCH_USER and JAVAS_ELASTICSEARCH_PASSWORD or _FILE.',
      )
  }
  if (urls.length === 0) throw wrong('JAVAS_ELASTICSEARCH must be addresses such as https://host:9200.')
  return urls
}

function loginOf(env: Environment): ElasticsearchConfig['login'] {
  const user = env.JAVAS_ELASTICSEARCH_USER ?? ''
  const password = secretOf(env, 'JAVAS_ELASTICSEARCH_PASSWORD')
  const apiKey = secretOf(env, 'JAVAS_ELASTICSEARCH_API_KEY')
  if (apiKey && (user || password))
    throw wrong('JAVAS_ELASTICSEARCH_API_KEY and JAVAS_ELASTICSEARCH_USER are both set: keep one way to log in.')
  if (apiKey) return { kind: 'api-key', apiKey }
  if (Boolean(user) !== Boolean(password))
    throw wrong('JAVAS_ELASTICSEARCH_USER and JAVAS_ELASTICSEARCH_PASSWORD belong together: set both, or neither.')
  return user ? { kind: 'password', user, password } : { kind: 'none' }
}

function pseudonymKeyOf(env: Environment): string {
  const key = secretOf(env, 'JAVAS_PSEUDONYM_KEY')
  if (key.length < LEAST_KEY)
    throw wrong(
      `JAVAS_ELASTICSEARCH needs JAVAS_PSEUDONYM_KEY, or JAVAS_PSEUDONYM_KEY_FILE, of at least ${LEAST_KEY} characters, the same for every role: authors stand in the index under pseudonyms made with it (openssl rand -hex 32).`,
    )
  return key
}

const withoutUser = (url: string) => url.replace(/\/\/[^@/]*@/, '//')
