/** Reads a source in the background and waits for what it tells; real sockets, so real (bounded) waiting. */
import assert from 'node:assert/strict'
import type { ChatMessage } from '#schemas/types.ts'
import type { BroadcastLink } from '../broadcast-link.ts'
import type { ChatSource, StateChange } from '../chat-source.ts'

/** Long enough for a busy machine; what never comes fails the test with a name. */
const PATIENCE_MS = 20_000

/** Waits until `holds`; in between `tick` may let virtual time pass. */
export async function until(what: string, holds: () => boolean, tick: () => unknown = () => {}): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  while (!holds()) {
    assert.ok(Date.now() < deadline, `never: ${what}`)
    await tick()
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

export interface Watching {
  readonly messages: ChatMessage[]
  readonly states: StateChange[]
  /** `state reason` of every change */
  readonly told: () => string[]
  readonly isDone: () => boolean
  readonly stop: () => Promise<void>
}

export async function startWatching(source: ChatSource, link: BroadcastLink): Promise<Watching> {
  const abort = new AbortController()
  const broadcast = await source.resolve(link, abort.signal)
  const messages: ChatMessage[] = []
  const states: StateChange[] = []
  let isDone = false
  const reading = (async () => {
    for await (const event of source.read(broadcast, abort.signal)) {
      if (event.type === 'state') states.push(event)
      else messages.push(...event.messages)
    }
  })().finally(() => {
    isDone = true
  })
  reading.catch(() => {})
  return {
    messages,
    states,
    told: () => states.map((change) => `${change.state} ${change.reason}`.trim()),
    isDone: () => isDone,
    stop: () => {
      abort.abort()
      return reading
    },
  }
}
