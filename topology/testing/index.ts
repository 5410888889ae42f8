/** What tests of topologies need: `#topology/testing`. */
export { ManualClock } from './manual-clock.ts'
export { TestInput, type TestRecord } from './test-input.ts'
export { TestOutput } from './test-output.ts'
export { type TestDriverOptions, TopologyTestDriver } from './topology-test-driver.ts'
