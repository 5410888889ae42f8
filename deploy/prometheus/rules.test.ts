import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..', '..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const alerts = new Set(
  [...read('deploy/prometheus/rules/javas.rules.yml').matchAll(/- alert: (\w+)/g)].map(([, name]) => name!),
)

test('every alert has a runbook that it names itself, and there is none for an alert that is gone', () => {
  const runbooks = [...read('docs/operate/prometheus-alerts.md').matchAll(/^### (\w+)$/gm)].map(([, name]) => name!)
  assert.deepEqual(runbooks.sort(), [...alerts].sort())
  const named = [...read('deploy/prometheus/rules/javas.rules.yml').matchAll(/runbook: .*#(\w+)/g)].map(
    ([, name]) => name!,
  )
  assert.deepEqual([...new Set(named)].sort(), [...alerts].map((name) => name.toLowerCase()).sort())
})

test('of every alert a test of promtool says when it rings and when it does not', () => {
  const tested = [...read('deploy/prometheus/rules/javas.test.yml').matchAll(/- name: (\w+) (rings|is silent)/g)]
  for (const name of alerts)
    assert.deepEqual(
      tested.filter(([, of]) => of === name).map(([, , what]) => what),
      ['rings', 'is silent'],
      name,
    )
})
