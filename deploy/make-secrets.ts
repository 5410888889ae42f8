/**
 * Makes what is missing of deploy/secrets/, which compose.yaml hands to the containers as files. What is there stays: the
 * databases keep the passwords that they were made with.
 *
 *     npm run deploy:secrets
 */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2] ?? join(import.meta.dirname, 'secrets')
mkdirSync(folder, { recursive: true, mode: 0o700 })

function secret(name: string, make: () => string): string {
  const file = join(folder, name)
  if (existsSync(file)) return readFileSync(file, 'utf8')
  const value = make()
  // Containers run as users of their own; the folder is closed to everybody else on this machine.
  writeFileSync(file, value, { mode: 0o444 })
  process.stdout.write(`made ${file}\n`)
  return value
}

const random = () => randomBytes(24).toString('base64url')
const mongodb = secret('mongodb_password', random)
secret('mongodb_url', () => `mongodb://javas:${mongodb}@mongodb:27017/javas?authSource=admin`)
const elastic = secret('elastic_password', random)
secret('elasticsearch_url', () => `http://elastic:${elastic}@elasticsearch:9200`)
secret('kibana_password', random)
secret('kibana_encryption_key', random)
secret('grafana_password', random)
