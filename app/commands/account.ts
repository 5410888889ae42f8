import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { AccountRole } from '../../dashboard/accounts/account.ts'
import { openAccounts } from '../../dashboard/accounts/account-store.ts'
import { accessDetails } from '../../dashboard/app/read-access-form.ts'
import { type Config, dataFiles, readConfig } from '../config.ts'
import { JavasError, messageOf } from '../errors.ts'
import { makeDataFolder, runOnData } from '../open-data.ts'
import type { OwnAction } from '../operations/operation.ts'

/** Accounts stand in a file of their own, so this works while `javas start` runs. */
export async function account(
  action: string,
  name: string | undefined,
  options: { readonly role: AccountRole },
): Promise<void> {
  const config = readConfig()
  const { dataDirectory } = config
  makeDataFolder(dataDirectory)
  const accounts = await openAccounts({ path: dataFiles(dataDirectory).accounts })
  try {
    switch (action) {
      case 'list':
        for (const { name, role, channels, hasSecondFactor } of await accounts.list()) {
          const where = channels === null ? '' : ` in ${accessDetails({ role, channels }).channels || 'no channel'}`
          process.stdout.write(`${role.padEnd(10)} ${name}${where}${hasSecondFactor ? ', second factor' : ''}\n`)
        }
        return
      case 'add':
        await accounts.add(required(name), options.role, await readPassword())
        process.stdout.write(`${required(name)} may log in as ${options.role}\n`)
        return await writeDown(config, { kind: 'user-added', text: required(name), details: { role: options.role } })
      case 'password':
        if (!(await accounts.setPassword(required(name), await readPassword()))) throw unknown(required(name))
        return await writeDown(config, { kind: 'password-changed', text: required(name) })
      case 'reset-second-factor':
        if (!(await accounts.resetSecondFactor(required(name)))) throw withoutSecondFactor(required(name))
        process.stdout.write(`${required(name)} logs in with the password alone until a new second factor is set up\n`)
        return await writeDown(config, { kind: 'second-factor-reset', text: required(name) })
      case 'remove':
        if (!(await accounts.remove(required(name)))) throw unknown(required(name))
        return await writeDown(config, { kind: 'user-removed', text: required(name) })
      default:
        throw new JavasError(
          'COMMAND_USAGE',
          `account ${action}: it is add, password, remove, reset-second-factor or list`,
        )
    }
  } finally {
    await accounts.close()
  }
}

/** Accounts change without the log; that it could not be told is said and undoes nothing. */
async function writeDown(config: Config, action: OwnAction): Promise<void> {
  try {
    for await (const _ of runOnData(config, 'act', action));
  } catch (cause) {
    process.stderr.write(`it is done, but not in the audit: ${messageOf(cause)}\n`)
  }
}

function required(name: string | undefined): string {
  if (!name) throw new JavasError('COMMAND_USAGE', 'a name is needed: javas account add NAME --role moderator')
  return name
}

const withoutSecondFactor = (name: string) =>
  new JavasError('SECOND_FACTOR_OFF', `${name} has no second factor, or there is no such account`)

const unknown = (name: string) => new JavasError('ACCOUNT_UNKNOWN', `there is no account named ${name}`)

/** From the terminal without showing it, or the first line of standard input. */
async function readPassword(): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  if (process.stdin.isTTY) process.stderr.write('Password: ')
  const lines = createInterface({ input: process.stdin, output: silent, terminal: process.stdin.isTTY ?? false })
  for await (const line of lines) {
    lines.close()
    if (process.stdin.isTTY) process.stderr.write('\n')
    return line
  }
  throw new JavasError('COMMAND_USAGE', 'no password came on standard input')
}
