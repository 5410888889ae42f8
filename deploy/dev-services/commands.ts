import { spawn, spawnSync } from 'node:child_process'
import { DevServiceError } from './errors.ts'

/** What has to be on the PATH, and where it comes from. */
const sources: { readonly [command: string]: string } = {
  java: 'a Java runtime, 17 or newer (Debian: apt-get install default-jdk-headless)',
  javac: 'a Java compiler, 17 or newer (Debian: apt-get install default-jdk-headless)',
  mvn: 'Apache Maven (Debian: apt-get install maven)',
}

export const notInstalled = (command: string): DevServiceError =>
  new DevServiceError(`"${command}" is not installed: this needs ${sources[command] ?? command}`)

const isMissing = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT'

const failed = (command: string, args: readonly string[], how: unknown, said: string): DevServiceError =>
  new DevServiceError(`${command} ${args.slice(0, 6).join(' ')} ... ended with ${how}:\n${said.trim().slice(-4000)}`)

/** Runs a command to its end. Throws with the end of what it said when it failed or is not installed. */
export function runCommand(command: string, args: readonly string[], timeoutMs: number): string {
  const { error, status, signal, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: timeoutMs,
    maxBuffer: 64 << 20,
  })
  if (isMissing(error)) throw notInstalled(command)
  if (error || status !== 0) throw failed(command, args, signal ?? status ?? error, `${stdout}\n${stderr}`)
  return stdout
}

/** The same without holding the event loop up. `input` is its standard input. */
export function command(name: string, args: readonly string[], timeoutMs: number, input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: timeoutMs, killSignal: 'SIGKILL' })
    let out = ''
    let said = ''
    child.stdout.on('data', (text) => {
      out += text
    })
    child.stderr.on('data', (text) => {
      said += text
    })
    child.once('error', (error) => reject(isMissing(error) ? notInstalled(name) : error))
    child.once('close', (status, signal) => {
      if (status === 0) resolve(out)
      else reject(failed(name, args, signal ?? status, `${out}\n${said}`))
    })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}
