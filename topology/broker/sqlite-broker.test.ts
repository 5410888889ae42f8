import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localLogContract } from './broker.contract.ts'
import { Faults } from './faults.ts'
import { openSqliteBroker, type SqliteBroker } from './sqlite-broker.ts'

localLogContract('SqliteBroker', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sqlite-broker-'))
  const clock = { now: 1_700_000_000_000 }
  const faults = new Faults()
  const opened: SqliteBroker[] = []
  return {
    clock,
    faults,
    async open() {
      const broker = openSqliteBroker({ directory, clock: () => clock.now, faults, maintenanceIntervalMs: null })
      opened.push(broker)
      return broker
    },
    gapAfterCommit(wanted) {
      faults.gapAfterCommit = wanted
      return wanted
    },
    async dispose() {
      for (const broker of opened) await broker.close()
      rmSync(directory, { recursive: true })
    },
  }
})
