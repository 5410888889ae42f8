/**
 * Makes what is missing of deploy/secrets/, which compose.yaml hands to the containers as files. What is there stays: the
 * databases keep the passwords that they were made with.
 *
 *     npm run deploy:secrets
 */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2] ?? join(import.meta.dirname, 'secrets')
mkdirSync(folder, { recursive: true, mode: 0o700 })

function secret(name: string): void {
  const file = join(folder, name)
  if (existsSync(file)) return
  // Containers run as users of their own; the folder is closed to everybody else on this machine.
  writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o444 })
  process.stdout.write(`made ${file}\n`)
}

for (const name of ['mongodb', 'elastic', 'kibana', 'grafana']) secret(`${name}_password`)
secret('kibana_encryption_key')
// Authors stand in the index under pseudonyms made with it: with another key they would be other people.
secret('pseudonym_key')
