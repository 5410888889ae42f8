import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Check } from './check.ts'
import { root, runTool, ToolFailed } from './run-tool.ts'
import { settingsProblems } from './settings-problems.ts'
import { tools } from './tools.ts'

const units = join(root, 'deploy', 'systemd')
/** It looks whether the program is there; on this machine it stands elsewhere. */
const program = /\/opt\/javas\/node_modules\/node\/bin\/node/

export const checkSystemd: Check = {
  name: 'systemd',
  files: ['systemd/*'],
  run() {
    const folder = mkdtempSync(join(tmpdir(), 'javas-units-'))
    try {
      const put = (from: string, to = from) =>
        writeFileSync(join(folder, to), readFileSync(join(units, from), 'utf8').replace(program, process.execPath))
      put('javas.service')
      put('javas.target')
      put('javas-watchdog.service')
      const roles = ['analyze', 'watchdog'].map((role) => `javas-role@${role}.service`)
      for (const role of roles) put('javas-role@.service', role)
      const names = ['javas.service', 'javas.target', 'javas-watchdog.service', ...roles]
      // Content or not, it ends with 0: what it says is what counts.
      const said = runTool('sh', ['-c', `${tools.systemdAnalyze()} verify --man=no ${names.join(' ')} 2>&1`], {
        cwd: folder,
        env: { SYSTEMD_UNIT_PATH: `${folder}:` },
      })
      const ours = said.split('\n').filter((line) => line.includes(folder) || line.includes('javas'))
      if (ours.length > 0) throw new ToolFailed(ours.join('\n'))
      const wrong = ['javas.service', 'javas-watchdog.service', 'javas-role@.service'].flatMap((unit) =>
        settingsProblems(unit, settingsOf(unit, folder)),
      )
      if (wrong.length > 0) throw new ToolFailed(wrong.join('\n'))
      return `${names.join(', ')}; their settings and those of javas.env.example`
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
}

const secrets: { readonly [file: string]: () => string } = {
  'slack-webhook': () => 'https://hooks.slack.com/services/a/b/c',
  'smtp-url': () => 'smtp://javas:secret@mail.example.com:587',
  'evidence-key.pem': () =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
}

/** What a unit's process is told when everything of the example is switched on, with secrets made for it. */
function settingsOf(unit: string, folder: string): { readonly [name: string]: string } {
  const example = readFileSync(join(units, 'javas.env.example'), 'utf8').replaceAll(/^#(?=JAVAS_)/gm, '')
  const own = [...readFileSync(join(units, unit), 'utf8').matchAll(/^Environment=(.*)$/gm)].flatMap(([, list]) =>
    list!.split(' '),
  )
  const settings = Object.fromEntries(
    [...example.split('\n'), ...own].flatMap((line) => {
      const match = /^(JAVAS_\w+)=(.*)$/.exec(line)
      return match ? [[match[1]!, match[2]!] as const] : []
    }),
  )
  for (const [name, file] of Object.entries(settings)) {
    if (!name.endsWith('_FILE')) continue
    const made = join(folder, basename(file))
    writeFileSync(made, secrets[basename(file)]?.() ?? 'a secret of more than thirty-two characters')
    settings[name] = made
  }
  return settings
}
