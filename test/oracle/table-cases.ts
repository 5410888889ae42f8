import type { CaseInput, CaseWindows, OracleCase } from './oracle-case.ts'

type Named = Omit<OracleCase, 'id'>

const LONG = 3_600_000

const time = (size: number, advance: number, grace: number): CaseWindows => ({ kind: 'time', size, advance, grace })
const sliding = (difference: number, grace: number): CaseWindows => ({ kind: 'sliding', difference, grace })
const session = (gap: number, grace: number): CaseWindows => ({ kind: 'session', gap, grace })

/** `'A: 1@0, 2@5; wait 100; -: x@7'` is two records of key A, a wait on the wall clock, and one record without a key. */
function inputs(script: string): CaseInput[] {
  return script.split(';').flatMap((part): CaseInput[] => {
    const text = part.trim()
    if (text === 'restart') return [{ restart: true }]
    if (text.startsWith('wait ')) return [{ wait: Number(text.slice(5)) }]
    const [key, list] = text.split(':')
    return list!.split(',').map((item) => {
      const [value, at] = item.trim().split('@')
      return { k: key === '-' ? null : key!, v: value === 'null' ? null : value!, t: Number(at) }
    })
  })
}

const updates = (name: string, windows: CaseWindows, script: string, more: Partial<Named> = {}): Named => ({
  name,
  windows,
  aggregate: 'join',
  emit: 'updates',
  ...(windows.kind === 'sliding' && { retention: LONG }),
  ...(windows.kind === 'session' && { retention: windows.gap + windows.grace + 1 }),
  inputs: inputs(script),
  ...more,
})
const final = (name: string, windows: CaseWindows, script: string, more: Partial<Named> = {}): Named =>
  updates(name, windows, script, {
    emit: 'final',
    ...(windows.kind === 'session' ? { onDisk: true } : { retention: LONG }),
    ...more,
  })

const untilClose = { suppress: { until: 'close' } } as const
const count = { aggregate: 'count' } as const
const table: CaseWindows = { kind: 'table' }
const hop = time(10, 5, 5)
const row3 = 'k: 100@100,0@0,1@1,2@2,3@3,4@4,5@5,6@6,105@105,106@106'
const row22 = 'A: 1@10,2@10,3@14,4@15,5@20,6@22,7@30'
const row23 = 'A: 1@100,2@105,3@106,4@103,5@113,6@110'
const rows = 'k1: v1@0,v2@1; k2: v1@2'

/**
 * The rows of the table from which the window rules were written, collected from the tests of Kafka Streams (1 to 24),
 * Flink (25, 26) and Quix Streams (27); the last three in the form that Kafka Streams gives them.
 */
export const tableCases: readonly Named[] = [
  updates('row 1: hopping 12 by 5', time(12, 5, 0), 'k: x@21'),
  updates('row 1: hopping 6 by 5', time(6, 5, 0), 'k: x@7'),
  updates('row 1: tumbling 12', time(12, 12, 0), 'k: x@21'),
  updates('row 1: no window starts before 0', time(10, 5, 0), 'k: x@1'),
  updates('row 2', time(10, 5, 100), 'B: 2@1,2@6,2@8,2@11,2@13,1@3,2@2,3@9'),
  final('row 2, final', time(10, 5, 100), 'B: 2@1,2@6,2@8,2@11,2@13,1@3,2@2,3@9'),
  updates('row 3', time(10, 5, 90), row3),
  final('row 3, final', time(10, 5, 90), row3),
  updates('row 4', time(10, 10, 90), 'k: 0@200,0@100,1@101,2@102,3@103,4@104,5@105,6@6'),
  final('row 5', hop, 'A: 1@0; B: 2@5; C: 3@15; D: 4@15; E: 5@19'),
  final('row 6', hop, 'A: 1@0,1@5; B: 2@10; C: 3@15; D: 4@20'),
  // Ours also emits when the interval is over and no record comes; Kafka Streams waits for one.
  final('row 7', hop, 'A: 1@0,1@5; B: 2@10; C: 3@15; wait 10000; D: 4@20; wait 1000; D: 4@20; wait 100; E: 5@40', {
    emitInterval: 1000,
  }),
  final('row 8', hop, 'A: 1@0; B: 2@5; C: 3@15; restart; D: 4@25'),
  updates('row 9', time(2, 2, 1), 'k1: a@0,b@1,c@2,d@1,e@0,f@5,g@0', { ...count, ...untilClose }),
  updates('row 10', time(2, 2, 2), 'k1: a@0,b@1,c@2,d@0,e@3,f@0,g@4,h@0,i@30', { ...count, ...untilClose }),
  updates('row 11', sliding(5, 15), 'k1: a@10,b@11,c@10,d@13,e@10,f@24,g@5,h@7,i@90', { ...count, ...untilClose }),
  updates('row 12', session(5, 0), 'k1: a@0,b@5,c@1; k2: d@11; k1: e@5,f@30', { ...count, ...untilClose }),
  updates('row 13', table, `${rows}; tick: tick@3,tock@4`, { suppress: { until: 'time', limit: 2 } }),
  updates('row 14', table, `${rows}; x: x@3`, {
    suppress: { until: 'time', limit: LONG, maxRecords: 1, whenFull: 'emit-early' },
  }),
  updates('row 15', table, `${rows}; x: x@3,y@4`, { suppress: { until: 'time', limit: 0 } }),
  updates('row 16', time(100, 100, 0), 'k: a@5,b@100,c@250', untilClose),
  updates('row 17: until a session closes', session(5, 0), 'k: a@0,b@4,c@2; j: d@30', untilClose),
  updates('row 17: behind a time limit', session(5, 0), 'k: a@0,b@4,c@2; j: d@30', {
    suppress: { until: 'time', limit: 3 },
  }),
  updates('row 18: full', time(100, 100, 0), 'hey: a@100; dummy: b@100', {
    suppress: { until: 'close', maxRecords: 1 },
  }),
  updates('row 18: full, emit early', time(100, 100, 0), 'hey: a@100; dummy: b@100', {
    suppress: { until: 'time', limit: 500, maxRecords: 1, whenFull: 'emit-early' },
  }),
  updates('row 19', session(300_000, 300_000), 'mel: a@0,b@300001,c@150000', count),
  updates('row 20', session(300_000, 0), 'a: x@0,y@5', count),
  updates('row 21, grace 0', session(10, 0), 'd: a@0; x: b@0; d: c@11; late: e@0', count),
  updates('row 21, grace 1', session(10, 1), 'd: a@0; x: b@0; d: c@11; y: f@0; d: g@12; late: e@0', count),
  updates('row 22', sliding(10, 5), row22),
  final('row 22, final', sliding(10, 5), row22),
  updates('row 23', sliding(50, 0), row23),
  final('row 23, final', sliding(50, 0), row23),
  updates('row 24', hop, '-: a@5; k: b@6; -: c@30; k: d@3'),
  final('row 25', time(2000, 2000, 500), 'k: a@500,b@1300,c@1997,d@6000,e@1998', count),
  final('row 26', time(2000, 2000, 0), 'k: a@1000,b@1980,c@1998,d@2001,e@3999,f@4000', count),
  final('row 27', time(10, 10, 2), 'k1: 1@100,3@105; k2: 5@102,7@108; k1: 2@110; k2: 2@109; k1: 2@112'),
]

/** Where we do not do what Kafka Streams does, and why; a reason that is no longer true fails the run. */
export const namedDifferences: readonly (Named & { readonly reason: string })[] = [
  {
    ...updates('a record without a value', time(10, 10, 0), 'k: a@1,null@2,b@3', count),
    reason:
      'Kafka Streams documents that an aggregate ignores records without a value, and counts them in windows all the same; ours drops and counts them as dropped everywhere',
  },
  {
    ...updates('a row that stays in its group', table, 'k: x@1,x@2'),
    reason:
      'a row regrouped under the group it was in is one update in Kafka Streams (KIP-904); ours takes it out and puts it in, two updates with the same last value',
  },
  {
    ...updates('a row out of order', table, 'k: x@10; j: x@5'),
    reason:
      "an aggregate without windows gives the highest time of its records in Kafka Streams, the update's own time in ours; nothing here goes by it",
  },
  {
    ...final(
      'final results with the default retention',
      time(17, 8, 36),
      'B: 0@3; A: 1@10; D: 2@57; C: 3@66,4@81,5@200',
      {
        retention: 17 + 36,
      },
    ),
    reason:
      'KStreamWindowAggregate emits from its store, which by default forgets a window in the moment in which its grace ends: final results are lost when the record that closes a window opens a newer one far enough on. Ours gives each of them',
  },
  {
    ...updates(
      'a session at the end of its grace, with the default retention',
      session(6, 2),
      'A: 0@20,1@27,2@35,3@33',
      {
        retention: 8,
      },
    ),
    reason: 'the session store forgets one ms before the aggregate would call a record late; ours keeps the session',
  },
  {
    ...updates('a suppressed result and a record without a key', time(10, 10, 0), 'k: a@1; -: b@30; k: c@12', {
      suppress: { until: 'time', limit: 5 },
    }),
    reason:
      "ours goes by the task's stream time, which survives a restart; in Kafka Streams a suppress node only sees the times that reach it, and starts without any",
  },
  {
    ...updates(
      'a sliding window and the record at its end',
      sliding(10, 0),
      'A: 0@4,1@6,2@7,3@0,4@11,5@11,6@13',
      untilClose,
    ),
    reason:
      'Kafka Streams suppresses until end + grace, when a sliding window still takes records at its end: it lets the window go without the record that brings it there, then with it. Ours gives the second result only',
  },
  {
    ...updates('sliding windows of one ms', sliding(0, 5), 'A: 1@13; B: 2@15; A: 3@15,4@13,5@12'),
    reason: 'Kafka Streams allows a difference of 0 and then fails: its window of one ms ends where it starts',
  },
]
