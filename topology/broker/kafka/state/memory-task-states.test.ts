import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { MemoryDisk, MemoryTaskStates } from './memory-task-states.ts'
import { SqliteTaskStates } from './sqlite-task-states.ts'
import type { TaskStates } from './task-states.ts'

const time = { now: () => 0, sleep: async () => {} }
const groups = [
  { id: '0', topics: ['t'], stores: ['s', 'u'] },
  { id: '1', topics: ['v'], stores: ['w'] },
]
const tasks = [
  { group: '0', partition: 0 },
  { group: '0', partition: 1 },
  { group: '1', partition: 0 },
] as const
const store = fc.constantFrom('s', 'u', 'w')
const partition = fc.nat(1)
const key = fc.uint8Array({ maxLength: 2 })
const change = fc.record({
  store,
  partition,
  key,
  value: fc.option(fc.uint8Array({ maxLength: 3 }), { nil: null }),
})
const step = fc.oneof(
  fc.record({ kind: fc.constant('open' as const), task: fc.nat(2), topicId: fc.constantFrom('x', 'x', 'x', 'y') }),
  fc.record({ kind: fc.constant('close' as const), task: fc.nat(2) }),
  fc.record({ kind: fc.constant('end' as const) }),
  fc.record({
    kind: fc.constant('apply' as const),
    changes: fc.array(change, { maxLength: 6 }),
    ends: fc.array(fc.record({ store, partition, offset: fc.nat(100) }), { maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant('restore' as const),
    store,
    partition,
    rows: fc.array(fc.record({ key, value: fc.uint8Array({ maxLength: 3 }) }), { maxLength: 4 }),
    offset: fc.nat(100),
    reset: fc.boolean(),
  }),
)

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** Everything that can be asked, refusals included. */
function shown(states: TaskStates): unknown {
  const answer = <T>(ask: () => T) => {
    try {
      return ask()
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  return {
    opened: states.opened.map(({ group, partition: p }) => `${group}_${p}`).sort(),
    local: states
      .local()
      .map(({ group, partition: p, position }) => `${group}_${p} ${position}`)
      .sort(),
    stores: ['s', 'u', 'w'].flatMap((name) =>
      [0, 1].map((p) => [
        answer(() => states.changelogOffset(name, p)),
        answer(() => [...states.range(name, p, undefined, undefined)].map(([k, v]) => `${[...k]}=${[...v]}`)),
        answer(() => states.get(name, p, Uint8Array.of(1))?.length),
      ]),
    ),
  }
}

test('states in memory answer as states in files do', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const folder = mkdtempSync(join(tmpdir(), 'same-states-'))
      const both: readonly TaskStates[] = [
        new SqliteTaskStates({ folder, applicationId: 'app', time, lockWaitMs: 0 }),
        new MemoryTaskStates(new MemoryDisk(), 'app', time),
      ]
      try {
        for (const states of both) states.setGroups(groups)
        for (const one of steps) {
          const answers = []
          for (const states of both) answers.push(await run(states, one))
          assert.deepEqual(answers[1], answers[0])
          assert.deepEqual(shown(both[1]!), shown(both[0]!))
        }
      } finally {
        both[0]!.end()
        rmSync(folder, { recursive: true })
      }
    }),
    { numRuns: 60 },
  )
})

async function run(states: TaskStates, one: Step): Promise<string | undefined> {
  try {
    switch (one.kind) {
      case 'open': {
        const task = tasks[one.task]!
        const stores = groups.find(({ id }) => id === task.group)!.stores
        const changelogs = stores.map((name) => ({ store: name, topicId: one.topicId }))
        await states.open(task, changelogs, new AbortController().signal)
        return
      }
      case 'close':
        return states.close(tasks[one.task]!) as undefined
      case 'end':
        return states.end() as undefined
      case 'apply':
        return states.apply(
          one.changes,
          one.ends.map((end) => ({ topic: `app-${end.store}-changelog`, ...end })),
        ) as undefined
      case 'restore':
        return states.restore(one.store, one.partition, one.rows, one.offset, { reset: one.reset }) as undefined
    }
  } catch (error) {
    return (error as { code: string }).code
  }
}
