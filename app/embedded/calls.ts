/**
 * Calls between the threads of one process: a name and cloneable arguments go over, one result or error comes back,
 * in any order. A thread that dies fails the calls that wait for it.
 */
import type { MessagePort, Worker } from 'node:worker_threads'
import { codeOf, JavasError, messageOf } from '../errors.ts'

interface CallMessage {
  readonly call: number
  readonly name: string
  readonly args: readonly unknown[]
}
interface AnswerMessage {
  readonly answer: number
  readonly result?: unknown
  readonly error?: { readonly code: string; readonly message: string }
}
interface NoticeMessage {
  readonly notice: string
  readonly value: unknown
}

// biome-ignore lint/suspicious/noExplicitAny: handlers of one table have different arguments
export type Handlers = { readonly [name: string]: (...args: any[]) => unknown }

/** Answers calls on `port`; the returned function sends a notice that nobody answers. */
export function serveCalls(port: MessagePort, handlers: Handlers): (notice: string, value: unknown) => void {
  port.on('message', async ({ call, name, args }: CallMessage) => {
    try {
      const handler = handlers[name]
      if (!handler) throw new JavasError('CALL_UNKNOWN', `no call named ${name}`)
      port.postMessage({ answer: call, result: await handler(...args) } satisfies AnswerMessage)
    } catch (cause) {
      port.postMessage({
        answer: call,
        error: { code: codeOf(cause), message: messageOf(cause) },
      } satisfies AnswerMessage)
    }
  })
  return (notice, value) => port.postMessage({ notice, value } satisfies NoticeMessage)
}

export interface Calls {
  call(name: string, ...args: readonly unknown[]): Promise<unknown>
  /** Fails what waits, and every later call. */
  fail(cause: Error): void
}

/** Calls into `worker`; notices go to `onNotice`. */
export function callsTo(worker: Worker, onNotice: (notice: string, value: unknown) => void): Calls {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let last = 0
  let dead: Error | null = null
  worker.on('message', (message: AnswerMessage | NoticeMessage) => {
    if ('notice' in message) return onNotice(message.notice, message.value)
    const caller = waiting.get(message.answer)
    waiting.delete(message.answer)
    if (message.error) caller?.reject(new JavasError(message.error.code, message.error.message))
    else caller?.resolve(message.result)
  })
  return {
    call(name, ...args) {
      if (dead) return Promise.reject(dead)
      const caller = Promise.withResolvers<unknown>()
      waiting.set(++last, caller)
      worker.postMessage({ call: last, name, args } satisfies CallMessage)
      return caller.promise
    },
    fail(cause) {
      dead = cause
      for (const caller of waiting.values()) caller.reject(cause)
      waiting.clear()
    },
  }
}
