import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { boards, jsonOf } from './boards.ts'

const folder = join(import.meta.dirname, '..', 'dashboards')

test('what Grafana is given is what the code makes: npm run generate:dashboards', () => {
  assert.deepEqual(
    readdirSync(folder).sort(),
    Object.keys(boards)
      .map((name) => `${name}.json`)
      .sort(),
  )
  for (const [name, dashboard] of Object.entries(boards))
    assert.equal(readFileSync(join(folder, `${name}.json`), 'utf8'), jsonOf(dashboard), name)
})

test('a panel has a name, a unit, and asks a data source that is provisioned', () => {
  const sources = readFileSync(join(import.meta.dirname, '../provisioning/datasources/javas.yaml'), 'utf8')
  const known = [`$\{prometheus}`, ...[...sources.matchAll(/uid: (\S+)/g)].map(([, uid]) => uid)]
  for (const { uid, panels = [] } of Object.values(boards)) {
    assert.match(uid!, /^javas-[a-z]+$/)
    for (const panel of panels) {
      if (panel.type === 'row') continue
      assert.ok('targets' in panel && panel.title && panel.fieldConfig?.defaults.unit, `${uid}: ${panel.title}`)
      const { x = 0, w } = panel.gridPos!
      assert.ok(x + w <= 24, `${uid}: ${panel.title} stands beside the page`)
      assert.ok(!JSON.stringify(panel).includes('"type":"unknown"'), `${uid}: ${panel.title} has a part of no type`)
      for (const target of panel.targets as unknown as { datasource: { uid: string } }[])
        assert.ok(known.includes(target.datasource.uid), `${uid}: ${panel.title} asks ${target.datasource.uid}`)
    }
  }
})
