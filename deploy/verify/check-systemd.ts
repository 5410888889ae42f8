import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Check } from './check.ts'
import { root, runTool, ToolFailed } from './run-tool.ts'
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
      return names.join(', ')
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
}
