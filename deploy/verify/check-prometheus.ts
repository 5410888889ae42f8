import { globSync } from 'node:fs'
import { join } from 'node:path'
import type { Check } from './check.ts'
import { root, runTool } from './run-tool.ts'
import { tools } from './tools.ts'

const folder = join(root, 'deploy', 'prometheus')

/** The configuration, the rules in it, and the rules' own tests: series that go in, alerts that come out. */
export const checkPrometheus: Check = {
  name: 'promtool',
  files: ['prometheus/**', 'alertmanager/*'],
  run() {
    const promtool = tools.promtool()
    runTool(promtool, ['check', 'config', 'prometheus.yml'], { cwd: folder })
    const tests = globSync('rules/*.test.yml', { cwd: folder })
    if (tests.length > 0) runTool(promtool, ['test', 'rules', ...tests], { cwd: folder })
    runTool(tools.amtool(), ['check-config', join(root, 'deploy', 'alertmanager', 'alertmanager.yml')])
    return `configuration, ${tests.length} files of rule tests, Alertmanager's example`
  },
}
