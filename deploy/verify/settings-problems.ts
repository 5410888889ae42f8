import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run-tool.ts'

/** What the program itself says of the settings that a deployment gives to a process of ours: wrong ones, and names that nothing reads. */
export function settingsProblems(name: string, settings: { readonly [name: string]: string }): readonly string[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['app/cli.ts', 'config', 'check'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...settings, PATH: process.env.PATH } as unknown as NodeJS.ProcessEnv,
  })
  const lines = stdout.split('\n').filter((line) => /^(wrong|without effect): /.test(line))
  return status === 0 && lines.length === 0 ? [] : [`${name}: ${lines.join('\n  ') || stderr}`]
}

/** What every container is told by our image. */
export function imageSettings(): { readonly [name: string]: string } {
  const [env = ''] = /^ENV (?:.*\\\n)*.*$/m.exec(readFileSync(join(root, 'deploy', 'Dockerfile'), 'utf8')) ?? []
  return Object.fromEntries([...env.matchAll(/\b(JAVAS_\w+)=(\S+)/g)].map(([, name, value]) => [name!, value!]))
}
