import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Check } from './check.ts'
import { root, runTool, ToolFailed } from './run-tool.ts'
import { imageSettings, settingsProblems } from './settings-problems.ts'
import { tools } from './tools.ts'

/** What the Compose specification's own reader makes of a file. */
interface Project {
  readonly services: { readonly [name: string]: Service }
  readonly secrets?: { readonly [name: string]: { readonly file: string } }
}

interface Service {
  readonly profiles?: readonly string[]
  readonly image?: string
  readonly restart?: string
  readonly read_only?: boolean
  readonly depends_on?: { readonly [name: string]: { readonly condition: string } }
  readonly ports?: readonly { readonly host_ip?: string; readonly published: string }[]
  readonly volumes?: readonly { readonly type: string; readonly source: string }[]
  readonly environment?: { readonly [name: string]: string | null }
  readonly build?: { readonly context: string; readonly dockerfile: string }
}

/** Long-running containers of each profile; the original needed 21. */
const wanted: { readonly [profile: string]: readonly string[] } = {
  minimal: ['elasticsearch', 'javas', 'kafka', 'mongodb'],
  full: [
    ...['analyze', 'collect', 'dashboard', 'elasticsearch', 'export', 'grafana', 'kafka'],
    ...['kibana', 'mongodb', 'notify', 'otel-collector', 'prometheus'],
  ],
}

export const checkCompose: Check = {
  name: 'compose',
  files: ['compose.yaml', 'compose.dev.yaml'],
  run() {
    read('compose.dev.yaml')
    const project = read('compose.yaml')
    const wrong = [
      ...Object.keys(wanted).flatMap((profile) => problemsOf(project, profile)),
      ...secretsOf(project),
      ...settingsOf(project),
    ]
    if (wrong.length > 0) throw new ToolFailed(wrong.join('\n'))
    return Object.entries(wanted)
      .map(([profile, names]) => `${profile}: ${names.length} containers`)
      .join(', ')
  },
}

/** Paths are the file's, as docker compose takes them. */
const read = (file: string): Project =>
  JSON.parse(runTool(tools.compose(), ['-format', 'json', file], { cwd: join(root, 'deploy') }))

function problemsOf({ services }: Project, profile: string): string[] {
  const mine = Object.entries(services).filter(([, { profiles = [] }]) => profiles.includes(profile))
  const names = new Set(mine.map(([name]) => name))
  const lasting = mine.filter(([, { restart }]) => restart !== 'no').map(([name]) => name)
  const unlike = lasting.sort().join(' ') === [...wanted[profile]!].sort().join(' ')
  return [
    ...(unlike ? [] : [`${profile} has ${lasting.join(' ')}`]),
    ...mine.flatMap(([name, service]) => [
      ...Object.keys(service.depends_on ?? {})
        .filter((other) => !names.has(other))
        .map((other) => `${profile}: ${name} waits for ${other}, which is not in the profile`),
      ...Object.entries(service.depends_on ?? {})
        .filter(([, { condition }]) => condition === 'service_started')
        .map(([other]) => `${name} does not wait for the health of ${other}`),
      ...(service.ports ?? [])
        .filter(({ host_ip }) => host_ip !== '127.0.0.1')
        .map(({ published }) => `${name} publishes ${published} to the world`),
      ...(service.volumes ?? [])
        .filter(({ type, source }) => type === 'bind' && !existsSync(source))
        .map(({ source }) => `${name} mounts ${source}, which does not exist`),
      ...(service.build && !existsSync(join(service.build.context, service.build.dockerfile))
        ? [`${name} is built from ${service.build.dockerfile}, which does not exist`]
        : []),
      ...(/:[\w.-]+(@sha256:\w+)?$/.test(service.image ?? '') ? [] : [`${name}: ${service.image} is not pinned`]),
      ...Object.entries(service.environment ?? {})
        .filter(([key, value]) => /PASSWORD|TOKEN|SECRET/.test(key) && !/^\/run\/secrets\//.test(value ?? ''))
        .map(([key]) => `${name}: ${key} is no file`),
    ]),
  ]
}

/** Secrets are made by `npm run deploy:secrets`, never kept here. */
const secretsOf = ({ secrets = {} }: Project): string[] =>
  Object.values(secrets)
    .filter(({ file }) => !file.startsWith(join(root, 'deploy', 'secrets')))
    .map(({ file }) => `${file} is a secret outside of deploy/secrets`)

/** What our containers are told, read by the program itself, with secrets that `deploy:secrets` makes. */
function settingsOf({ services }: Project): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'javas-secrets-'))
  try {
    runTool(process.execPath, ['deploy/make-secrets.ts', folder])
    return Object.entries(services).flatMap(([name, { image = '', environment = {} }]) => {
      if (!image.startsWith('javas')) return []
      const env = Object.entries(environment).map(([key, value]) => [
        key,
        String(value ?? '').replace('/run/secrets', folder),
      ])
      return settingsProblems(name, { ...imageSettings(), ...Object.fromEntries(env) })
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
