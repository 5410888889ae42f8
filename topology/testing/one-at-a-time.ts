import { parentsFirst, stages } from '../subtopologies.ts'
import type { Topology } from '../topology.ts'
import {
  copies,
  INTERVAL_MS,
  type Input,
  isPoison,
  keeps,
  mapped,
  type NodeSpec,
  nameOf,
  sharedStore,
  short,
  WINDOW,
} from './random-topology.ts'

interface Row {
  readonly key: string
  readonly value: string
  readonly timestamp: number
}

/**
 * The meaning of a random topology, said as simply as it can be: one record at a time, depth first, everything in plain
 * maps, no batches, no commits, no async. What the engine does has to look exactly like this.
 */
export function oneAtATime(
  specs: readonly NodeSpec[],
  topology: Topology,
  records: readonly Input[],
): { readonly outputs: readonly string[]; readonly failures: readonly string[] } {
  const outputs: string[] = []
  const failures: string[] = []
  const stores = new Map<string, Map<string, number>>()
  const windows = new Map<
    string,
    { time: number; open: Map<number, { count: number; time: number; revision: number }> }
  >()
  const stage = stages(parentsFirst(topology))
  const children = (index: number) =>
    specs.flatMap(({ parents }, i) => parents.filter((parent) => parent === index).map(() => i + 2))
  let streamTime = -1
  const nextPunctuation = new Map<number, number>()

  const forward = (index: number, row: Row): void => {
    const emits = specs[index - 2]?.hasSink || index === specs.length + 1
    // The sink was added right after its node, so before every later child.
    if (emits) outputs.push(`${row.key}|${row.value}|${row.timestamp}`)
    for (const child of children(index)) process(child, row)
  }

  const countIn = (store: string, key: string): number => {
    const rows = stores.get(store) ?? new Map<string, number>()
    stores.set(store, rows)
    rows.set(key, (rows.get(key) ?? 0) + 1)
    return rows.get(key)!
  }

  const process = (index: number, row: Row): void => {
    const { kind, salt } = specs[index - 2]!
    const { key, value } = row
    const pass = (next: string) => forward(index, { ...row, value: short(next) })
    switch (kind) {
      case 'filter':
        if (keeps(value, salt)) pass(value)
        return
      case 'map':
        pass(mapped(value, salt))
        return
      case 'async':
      case 'throw':
        if (isPoison(value, salt)) failures.push(nameOf(index))
        else pass(kind === 'async' ? mapped(value, salt) : value)
        return
      case 'flat':
        for (const copy of copies(value, salt)) pass(copy)
        return
      case 'count':
        pass(`${value}.c${countIn(nameOf(index), key)}@${streamTime}`)
        return
      case 'shared':
        pass(`${value}.c${countIn(sharedStore(stage.get(nameOf(index))!), key)}@${streamTime}`)
        return
      case 'punctuate':
        countIn(nameOf(index), key)
        return
      case 'window':
        window(index, row)
        return
      case 'merge':
        pass(value)
    }
  }

  const window = (index: number, { key, timestamp }: Row): void => {
    const { sizeMs, graceMs } = WINDOW
    const id = `${index}/${key}`
    const state = windows.get(id) ?? { time: -1, open: new Map() }
    windows.set(id, state)
    state.time = Math.max(state.time, timestamp)
    const start = Math.floor(timestamp / sizeMs) * sizeMs
    if (start + sizeMs > state.time - graceMs) {
      const now = state.open.get(start) ?? { count: 0, time: -1, revision: 0 }
      const next = { count: now.count + 1, time: Math.max(now.time, timestamp), revision: now.revision + 1 }
      state.open.set(start, next)
      forward(index, { key, value: `w${start}=${next.count}#${next.revision}`, timestamp: next.time })
    } else failures.push(`${nameOf(index)}-windows`)
    for (const [begin, { count, time, revision }] of [...state.open].sort(([a], [b]) => a - b)) {
      if (begin + sizeMs > state.time - graceMs) continue
      state.open.delete(begin)
      forward(index, { key, value: `w${begin}=${count}!#${revision + 1}`, timestamp: time })
    }
  }

  const punctuate = (): void => {
    specs.forEach(({ kind }, i) => {
      const index = i + 2
      const next = nextPunctuation.get(index) ?? 0
      if (kind !== 'punctuate' || streamTime < next) return
      nextPunctuation.set(index, (Math.floor(streamTime / INTERVAL_MS) + 1) * INTERVAL_MS)
      const rows = [...(stores.get(nameOf(index)) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))
      for (const [key, count] of rows)
        forward(index, { key, value: `p${nameOf(index)}:${count}@${streamTime}`, timestamp: streamTime })
    })
  }

  const queues = [0, 1].map((topic) => records.filter((record) => record.topic === topic))
  for (;;) {
    const heads = queues.filter((queue) => queue.length > 0)
    if (heads.length === 0) return { outputs, failures }
    const queue = heads.reduce((lowest, other) => (other[0]!.timestamp < lowest[0]!.timestamp ? other : lowest))
    const { topic, key, value, timestamp } = queue.shift()!
    streamTime = Math.max(streamTime, timestamp)
    forward(topic, { key, value: String(value), timestamp })
    punctuate()
  }
}
