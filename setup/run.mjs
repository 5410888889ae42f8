// Runs one of our .ts files on the pinned Node 24 after making sure that everything it needs is there.
//
//     node setup/run.mjs app/cli.ts start
//     node setup/run.mjs --tool biome check .       a tool from node_modules/.bin
//     node setup/run.mjs --build                    set-up and dashboard build only
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensure, pinnedNode, root, SetupError } from './ensure.mjs'
import { nodeEnvironment, nodeFlags } from './runtime.mjs'

/** Files that serve or test pages; the others start without a built dashboard. */
const needsDashboard = (file, args) =>
  file === '--build' ||
  file === 'test/run.ts' ||
  (file === 'app/cli.ts' && servesPages(args)) ||
  /^bench\/(latency|soak|start|stalled-reader|dashboard|lighthouse)/.test(file) ||
  file.startsWith('dashboard/')

// Without a command it is `start`: `javas`, `javas --demo`.
const servesPages = ([command = 'start', ...rest]) =>
  !['--help', '-h'].some((help) => [command, ...rest].includes(help)) &&
  (['start', 'dashboard', 'all'].includes(command) ||
    (command.startsWith('-') && !['--version', '-V'].includes(command)))

export async function main([file, ...args]) {
  try {
    await ensure({ dashboard: needsDashboard(file, args) })
  } catch (cause) {
    if (!(cause instanceof SetupError)) throw cause
    process.stderr.write(`javas setup: ${cause.message}\n`)
    return 1
  }
  if (file === '--build') return 0
  if (file !== '--tool')
    return exec(pinnedNode(), [...(file === 'app/cli.ts' ? nodeFlags : []), join(root, file), ...args])
  const [tool, ...rest] = args
  return exec(join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${tool}.cmd` : tool), rest)
}

function exec(command, args) {
  // Warnings about features that are experimental in the pinned version would hide our own lines.
  const child = spawn(command, args, {
    stdio: 'inherit',
    shell: command.endsWith('.cmd'),
    env: {
      ...nodeEnvironment(root, process.env),
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --disable-warning=ExperimentalWarning`.trim(),
    },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  return new Promise((done) => {
    child.on('error', (cause) => {
      process.stderr.write(`javas setup: cannot run ${command} (${cause.message})\n`)
      done(1)
    })
    child.on('close', (code, signal) => done(signal ? 128 + (signal === 'SIGINT' ? 2 : 15) : code))
  })
}

if (process.argv[1] === join(root, 'setup', 'run.mjs')) process.exitCode = await main(process.argv.slice(2))
