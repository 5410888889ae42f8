/** Another process with a task's file: says `open`, applies commits and says each, until it is killed. */
import { SqliteTaskStates } from './sqlite-task-states.ts'

/** hold | write at once | write */
const [folder, mode] = process.argv.slice(2)
const time = { now: () => performance.now(), sleep: async () => {} }
const flushIntervalMs = mode === 'write at once' ? 0 : 20
const states = new SqliteTaskStates({ folder: folder!, applicationId: 'app', time, lockWaitMs: 0, flushIntervalMs })
states.setGroups([{ id: '0', topics: ['t'], stores: ['s'] }])
await states.open({ group: '0', partition: 0 }, [{ store: 's', topicId: 'x' }], new AbortController().signal)
console.log('open')
if (mode === 'hold') setInterval(() => {}, 1_000)
else
  for (let i = (states.changelogOffset('s', 0) ?? 0) + 1; ; i++) {
    states.apply(
      Array.from({ length: 20 }, (_, key) => {
        return { store: 's', partition: 0, key: Buffer.from(`${key}`), value: Buffer.alloc(200, `${i} `) }
      }),
      [{ topic: 'app-s-changelog', partition: 0, offset: i }],
    )
    await new Promise<void>((go) => process.stdout.write(`${i}\n`, () => go()))
  }
