import { localLogContract } from './broker.contract.ts'
import { Faults } from './faults.ts'
import { MemoryLog } from './memory/memory-log.ts'
import { MemoryBroker } from './memory-broker.ts'

localLogContract('MemoryBroker', async () => {
  const clock = { now: 1_700_000_000_000 }
  const faults = new Faults()
  const log = new MemoryLog({ clock: () => clock.now, faults })
  return {
    clock,
    faults,
    open: async () => new MemoryBroker({ log, faults }),
    gapAfterCommit(wanted) {
      faults.gapAfterCommit = wanted
      return wanted
    },
    dispose: async () => {},
  }
})
