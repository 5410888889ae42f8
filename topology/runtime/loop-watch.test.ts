import assert from 'node:assert/strict'
import { test } from 'node:test'
import { channels } from '../telemetry.ts'
import { until } from '../testing/until.ts'
import { silentLogger } from './logger.ts'
import { LoopWatch } from './loop-watch.ts'

test('user code that holds the event loop is told of with how long it took, and work goes on', async () => {
  const told: unknown[] = []
  const listen = (message: unknown) => told.push(message)
  channels.blocked.subscribe(listen)
  const watch = new LoopWatch({ applicationId: 'app', logger: silentLogger, blockedAfterMs: 50 })
  try {
    const end = performance.now() + 120
    while (performance.now() < end);
    await until(() => told.length > 0)
    const { count, maxMs } = watch.snapshot()
    assert.ok(count >= 1 && maxMs >= 50)
    assert.ok((told[0] as { blockedMs: number }).blockedMs >= 50)
  } finally {
    watch.stop()
    channels.blocked.unsubscribe(listen)
  }
})
