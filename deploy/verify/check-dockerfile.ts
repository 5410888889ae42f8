import type { Check } from './check.ts'
import { runTool } from './run-tool.ts'
import { tools } from './tools.ts'

export const checkDockerfile: Check = {
  name: 'hadolint',
  files: ['Dockerfile'],
  run() {
    runTool(tools.hadolint(), ['deploy/Dockerfile'])
    return 'no finding'
  },
}
