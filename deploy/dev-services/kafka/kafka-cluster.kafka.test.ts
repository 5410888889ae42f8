import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { KafkaCluster } from './kafka-cluster.ts'
import { kafkaTool } from './kafka-tool.ts'

test('a node that was killed comes back on its port with its data', async () => {
  const kafka = await KafkaCluster.start({ name: 'test-own' })
  try {
    const at = ['--bootstrap-server', kafka.bootstrap]
    await kafkaTool('topics', [...at, '--create', '--topic', 'kept'])
    const [node] = kafka.nodes
    await node!.process.kill9()
    assert.equal(kafka.isRunning, false)
    await kafka.startNodes()
    assert.match(await kafkaTool('topics', [...at, '--list']), /^kept$/m)
  } finally {
    await kafka.stop()
  }
  assert.equal(existsSync(kafka.directory), false)
})

test('a temporary server ends with the process that started it, even when that is killed', async () => {
  const script = `
    import { KafkaCluster } from ${JSON.stringify(join(import.meta.dirname, 'kafka-cluster.ts'))}
    const kafka = await KafkaCluster.start({ name: 'test-orphan' })
    console.log('pid ' + kafka.nodes[0].process.pid + ' ' + kafka.directory)
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said = await new Promise<string>((done) => child.stdout.once('data', (text) => done(String(text))))
  const [, pid, directory] = /pid (\d+) (\S+)/.exec(said)!
  assert.equal(existsSync(`/proc/${pid}`), true)
  child.kill('SIGKILL')
  for (let i = 0; i < 100 && existsSync(`/proc/${pid}`); i++) await sleep(50)
  assert.equal(existsSync(`/proc/${pid}`), false)
  execFileSync('rm', ['-rf', directory!])
})
