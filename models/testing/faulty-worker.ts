/**
 * A scoring worker that does what the files in its `directory` say: `hang` and `die` at the next batch, once; `deadly` ends it at
 * every batch that has the text "죽어"; `slow` takes 30 ms a batch. Everything else is 80 % positive.
 */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import type { ScoringReply, ScoringRequest, ScoringSettings } from '../scoring-worker.ts'

const { directory } = workerData as ScoringSettings
const send = (reply: ScoringReply) => parentPort!.postMessage(reply)
const has = (name: string) => existsSync(join(directory!, name))
const take = (name: string) => {
  const there = has(name)
  rmSync(join(directory!, name), { force: true })
  return there
}

parentPort!.on('message', async (request: ScoringRequest) => {
  if (request.kind === 'close') return parentPort!.close()
  if (take('hang')) for (;;);
  if (take('die') || (has('deadly') && request.texts.includes('죽어'))) process.exit(3)
  if (has('slow')) await sleep(30)
  const probabilities = new Float32Array(request.texts.length * 3)
  for (let i = 0; i < request.texts.length; i++) probabilities.set([0.8, 0.1, 0.1], i * 3)
  send({ kind: 'scored', id: request.id, probabilities, vocabulary: { looked: request.texts.length, unknown: 1 } })
})
send({ kind: 'ready', model: 'faulty@1.0.0', backend: 'none', sha256: '', coldStartMs: 0 })
