import { copyFileSync, cpSync, existsSync, mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Check } from './check.ts'
import { root, runTool, ToolFailed } from './run-tool.ts'
import { tools, toolsFolder } from './tools.ts'

const BASE = 'docker.io/library/node:24.21.0-bookworm-slim'
const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt'

/**
 * Builds the real Dockerfile with buildah and starts it as its own user. Where Docker Hub cannot be reached the base is a
 * stand-in: Debian by mmdebstrap with the Node and npm of this machine under the base's name.
 */
export const buildImage: Check = {
  name: 'image',
  files: ['Dockerfile', 'healthcheck.mjs'],
  isLong: true,
  run() {
    const work = join(toolsFolder, 'image')
    const buildah = (...args: string[]) =>
      runTool(tools.buildah(), [
        '--root',
        join(work, 'root'),
        '--runroot',
        join(work, 'run'),
        '--storage-driver=vfs',
        ...args,
      ])
    // What an earlier run left would fill the disk.
    rmSync(join(work, 'root'), { recursive: true, force: true })
    rmSync(join(work, 'run'), { recursive: true, force: true })
    const base = buildah('from', 'scratch').trim()
    buildah('add', '-q', base, standIn(work), '/')
    buildah('config', '--env', 'PATH=/usr/local/bin:/usr/bin:/bin', '--env', `NODE_EXTRA_CA_CERTS=${AUTHORITIES}`, base)
    buildah('commit', '-q', '--rm', base, BASE)
    buildah('bud', '--isolation=chroot', '--pull-never', '-q', '-f', 'deploy/Dockerfile', '-t', 'javas', '.')

    const container = buildah('from', '--pull-never', 'javas').trim()
    const run = (script: string) => buildah('run', '--isolation=chroot', container, '--', 'sh', '-ec', script)
    const version = run('test "$(id -u)" = 10001; ! test -w /opt/javas; test -s sbom.cdx.json; javas --version').trim()
    // Every folder but these belongs to root: what starts here starts on a read-only root as well.
    const seen = run(`
      javas start --demo --port 0 >/tmp/said 2>&1 & pid=$!
      for i in $(seq 60); do node deploy/healthcheck.mjs /readyz >/tmp/health && break; sleep 1; done
      node deploy/healthcheck.mjs || { cat /tmp/said /tmp/health; exit 1; }
      kill $pid; wait $pid`)
    if (!seen.includes('"ok":true')) throw new ToolFailed(`the container is not well: ${seen}`)
    return `javas ${version} built on a stand-in for ${BASE}, runs as 10001 and is healthy`
  },
}

/** Folder of the stand-in's files. */
function standIn(work: string): string {
  const folder = join(work, 'base')
  if (existsSync(join(folder, 'usr', 'local', 'bin', 'npm'))) return folder
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const include = '--include=ca-certificates,libstdc++6'
  runTool('mmdebstrap', ['--quiet', '--variant=essential', '--mode=root', include, 'bookworm', join(work, 'base.tar')])
  runTool('tar', ['-xf', join(work, 'base.tar'), '-C', folder])
  rmSync(join(work, 'base.tar'))
  const modules = join(folder, 'usr', 'local', 'lib', 'node_modules')
  mkdirSync(modules, { recursive: true })
  copyFileSync(join(root, 'node_modules', 'node', 'bin', 'node'), join(folder, 'usr', 'local', 'bin', 'node'))
  const npm = join(dirname(realpathSync(runTool('which', ['npm']).trim())), '..')
  cpSync(npm, join(modules, 'npm'), { recursive: true, dereference: true })
  // What this machine trusts, so does the stand-in: the registry may be reached through a proxy of the house.
  if (existsSync(AUTHORITIES)) copyFileSync(AUTHORITIES, join(folder, AUTHORITIES))
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(folder, 'usr', 'local', 'bin', 'npm'))
  return folder
}
