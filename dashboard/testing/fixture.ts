/**
 * The dashboard on a log and an archive in memory, fed with a scripted broadcast: for its tests, its screenshots, and
 * for working on the pages without the rest.
 *
 *     node dashboard/testing/fixture.ts [port]
 */

import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { topics } from '#schemas/topics.ts'
import type {
  Alert,
  AnalyzedMessage,
  AuthorOffence,
  BroadcastState,
  ChannelRules,
  ChannelSettings,
  KeywordCount,
  OperatorAction,
  WindowCount,
} from '#schemas/types.ts'
import { type Codec, MemoryBroker } from '#topology'
import { rulesCommands } from '../../app/channel-rules/rules-commands.ts'
import { produceAlertAction } from '../../app/collect/requests.ts'
import type { Environment } from '../../app/environment.ts'
import { createLog } from '../../app/log.ts'
import { alarmsSource } from '../../app/notify/alarms-source.ts'
import { dryRunBroadcast } from '../../app/notify/dry-run-broadcast.ts'
import { startNotify } from '../../app/notify/notify.ts'
import { readNotifyConfig } from '../../app/notify/notify-config.ts'
import { operatorAction } from '../../app/operator-action.ts'
import { makeReport } from '../../app/report/make-report.ts'
import { ReportDesk } from '../../app/report/report-desk.ts'
import { ReportFiles } from '../../app/report/report-files.ts'
import { type AccountStore, openAccounts } from '../accounts/account-store.ts'
import { CommandError, type DashboardCommands } from '../commands.ts'
import { createDashboardServer, type DashboardOptions, type DashboardServer } from '../server.ts'
import type { SystemDescription } from '../system-description.ts'
import { CHANNEL, CHANNEL_NAME, type Part, randomFrom, scriptedMessage } from './chat-script.ts'
import { MemoryArchive } from './memory-archive.ts'
import { modelsFixture } from './models-fixture.ts'
import { fixturePicture } from './pictures.ts'
import { replaysFixture } from './replays-fixture.ts'

const MINUTE = 60_000
export const BROADCAST = 'live-1'
const evidenceKey = generateKeyPairSync('ed25519').privateKey

export interface Fixture {
  readonly server: DashboardServer
  readonly broker: MemoryBroker
  readonly archive: MemoryArchive
  readonly accounts: AccountStore
  readonly commands: DashboardCommands
  /** Ends the server and starts it anew at the same address, on the same log; `whileAway` runs between. */
  restart(whileAway: () => Promise<unknown>): Promise<void>
  /** What was asked of the rest of the program. */
  readonly asked: string[]
  /** Appends to the log, and to the archive unless told that it lags behind. */
  write(records: Records, options?: { readonly archived?: boolean }): Promise<void>
  /** Writes one scripted message and what it changes. */
  say(part: Part, at?: number): Promise<AnalyzedMessage>
  close(): Promise<void>
}

export interface Records {
  readonly messages?: readonly AnalyzedMessage[]
  readonly windows?: readonly WindowCount[]
  readonly keywords?: readonly KeywordCount[]
  readonly offences?: readonly AuthorOffence[]
  readonly alerts?: readonly Alert[]
  readonly states?: readonly BroadcastState[]
  readonly settings?: readonly ChannelSettings[]
  readonly actions?: readonly OperatorAction[]
}

export const defaultSettings = (channelId: string): ChannelSettings => ({
  channelId,
  maskSeverity: 1,
  blockedWords: [],
  allowedWords: [],
  surgeShare: 0.3,
  surgeRatio: 2,
  surgeMessages: 30,
  offenceCount: 0,
  offenceSeverity: 2,
  offenceMinutes: 10,
  profanityShare: 0.15,
  quietSeconds: 60,
  watchWords: [],
  watchCount: 5,
  watchMinutes: 1,
  timeZone: '',
  updatedAt: 0,
  updatedBy: '',
})

export function broadcastState(overrides: Partial<BroadcastState> = {}): BroadcastState {
  const at = overrides.at ?? Date.now()
  return {
    channelId: CHANNEL,
    broadcastId: BROADCAST,
    source: 'demo',
    url: 'demo',
    title: '랭크 마스터 갈 때까지 안 끔',
    channelName: CHANNEL_NAME,
    state: 'live',
    reason: '',
    detail: '',
    attempt: 0,
    nextTryAt: null,
    startsAt: null,
    startedAt: at - 90 * MINUTE,
    lastMessageAt: at,
    at,
    ...overrides,
  }
}

export interface FixtureOptions extends Partial<DashboardOptions> {
  /** Environment of the notifiers; with it alarms are really told. */
  readonly notify?: Environment
}

export async function startFixture({ notify, ...overrides }: FixtureOptions = {}): Promise<Fixture> {
  const broker = new MemoryBroker()
  await broker.createTopics(Object.values(topics))
  const archive = new MemoryArchive()
  const accounts = overrides.accounts ?? (await openAccounts({ path: ':memory:', passwordCost: 1024 }))
  const asked: string[] = []
  const producer = broker.producer()
  const random = randomFrom(7)
  const windows = new Map<string, WindowCount>()
  const words = new Map<string, { weight: number; count: number; positive: number; negative: number }>()
  const settings = new Map<string, ChannelSettings>()
  const rules = new Map<string, ChannelRules>()
  let spoken = 0
  let revision = 0

  const codec = <T>(topic: {
    name: string
    value: { bind(registry: typeof broker.schemas, subject: string): Codec<T> }
  }) => topic.value.bind(broker.schemas, `${topic.name}-value`)
  const codecs = {
    messages: codec<AnalyzedMessage>(topics.analyzedMessages),
    windows: codec<WindowCount>(topics.windowCounts),
    keywords: codec<KeywordCount>(topics.keywordCounts),
    offences: codec<AuthorOffence>(topics.authorOffences),
    alerts: codec<Alert>(topics.alerts),
    states: codec<BroadcastState>(topics.broadcastStates),
    settings: codec<ChannelSettings>(topics.channelSettings),
    actions: codec<OperatorAction>(topics.operatorActions),
  }
  const record = (topic: string, channelId: string, value: Uint8Array, timestamp: number) => ({
    topic,
    key: Buffer.from(channelId),
    value,
    timestamp,
    headers: [],
  })

  async function write(records: Records, { archived = true } = {}): Promise<void> {
    const now = Date.now()
    await producer.send([
      ...(records.messages ?? []).map((value) =>
        record(
          topics.analyzedMessages.name,
          value.message.channelId,
          codecs.messages.encode(value),
          value.message.timestamp,
        ),
      ),
      ...(records.windows ?? []).map((value) =>
        record(topics.windowCounts.name, value.channelId, codecs.windows.encode(value), now),
      ),
      ...(records.keywords ?? []).map((value) =>
        record(topics.keywordCounts.name, value.channelId, codecs.keywords.encode(value), now),
      ),
      ...(records.offences ?? []).map((value) =>
        record(topics.authorOffences.name, value.channelId, codecs.offences.encode(value), now),
      ),
      ...(records.alerts ?? []).map((value) =>
        record(topics.alerts.name, value.channelId, codecs.alerts.encode(value), now),
      ),
      ...(records.states ?? []).map((value) =>
        record(topics.broadcastStates.name, value.channelId, codecs.states.encode(value), now),
      ),
      ...(records.settings ?? []).map((value) =>
        record(topics.channelSettings.name, value.channelId, codecs.settings.encode(value), now),
      ),
      ...(records.actions ?? []).map((value) =>
        record(topics.operatorActions.name, value.channelId, codecs.actions.encode(value), now),
      ),
    ])
    if (!archived) return
    for (const message of records.messages ?? []) archive.addMessage(message)
    for (const window of records.windows ?? []) archive.addWindow(window)
    for (const value of records.keywords ?? [])
      archive.keywordCounts.set(`${value.channelId}~${value.broadcastId}`, value)
    for (const value of records.offences ?? [])
      archive.authorOffences.set(`${value.channelId}~${value.authorId}`, value)
    for (const value of records.alerts ?? []) archive.alertStates.set(value.id, value)
    for (const value of records.states ?? []) archive.states.set(`${value.channelId}~${value.broadcastId}`, value)
    for (const value of records.settings ?? []) settings.set(value.channelId, value)
    archive.operatorActions.push(...(records.actions ?? []))
    for (const topic of Object.values(topics))
      for (let partition = 0; partition < topic.partitions; partition += 1)
        archive.stand({
          topic: topic.name,
          partition,
          offset: (await broker.offsets({ topic: topic.name, partition })).latest,
        })
  }

  function count(size: number, { message, sentiment, severity }: AnalyzedMessage, broadcastId: string): WindowCount {
    const windowStart = Math.floor(message.timestamp / size) * size
    const key = `${broadcastId} ${size} ${windowStart}`
    const old = windows.get(key)
    revision += 1
    const next: WindowCount = {
      channelId: CHANNEL,
      broadcastId,
      windowStart,
      windowEnd: windowStart + size,
      messages: (old?.messages ?? 0) + 1,
      positive: (old?.positive ?? 0) + (sentiment?.label === 'positive' ? 1 : 0),
      neutral: (old?.neutral ?? 0) + (sentiment?.label === 'neutral' ? 1 : 0),
      negative: (old?.negative ?? 0) + (sentiment?.label === 'negative' ? 1 : 0),
      unscored: (old?.unscored ?? 0) + (sentiment ? 0 : 1),
      unsure: (old?.unsure ?? 0) + (sentiment && sentiment.confidence < 0.6 ? 1 : 0),
      profane: (old?.profane ?? 0) + (severity >= 2 ? 1 : 0),
      mildlyProfane: (old?.mildlyProfane ?? 0) + (severity === 1 ? 1 : 0),
      authors: Math.min(19, (old?.authors ?? 0) + 1),
      closed: false,
      revision,
    }
    windows.set(key, next)
    return next
  }

  /** What one message changes, as the analysis would write it. */
  function consequences(
    analyzed: AnalyzedMessage,
    broadcastId: string,
  ): Required<Pick<Records, 'windows' | 'keywords' | 'offences'>> {
    const { message, severity, sentiment, tokens } = analyzed
    for (const entry of words.values()) {
      entry.weight *= 0.998
      entry.positive *= 0.998
      entry.negative *= 0.998
    }
    for (const word of tokens.words) {
      const entry = words.get(word) ?? { weight: 0, count: 0, positive: 0, negative: 0 }
      entry.weight += 1
      entry.count += 1
      if (sentiment?.label === 'positive') entry.positive += 1
      if (sentiment?.label === 'negative') entry.negative += 1
      words.set(word, entry)
    }
    const old = archive.authorOffences.get(`${CHANNEL}~${message.author.id}`)
    revision += 1
    return {
      windows: [count(10_000, analyzed, broadcastId), count(MINUTE, analyzed, broadcastId)],
      keywords: [
        {
          channelId: CHANNEL,
          broadcastId,
          at: message.timestamp,
          words: [...words]
            .map(([word, entry]) => ({ word, ...entry, emote: false, burst: 1, channelBurst: 1, fresh: false }))
            .sort((left, right) => right.weight - left.weight)
            .slice(0, 50),
          coined: ['억까단'],
          revision,
        },
      ],
      offences:
        severity === 0
          ? []
          : [
              {
                channelId: CHANNEL,
                broadcastId,
                authorId: message.author.id,
                authorName: message.author.name,
                strikes: (old?.strikes ?? 0) + severity,
                mild: (old?.mild ?? 0) + (severity === 1 ? 1 : 0),
                strong: (old?.strong ?? 0) + (severity === 2 ? 1 : 0),
                severe: (old?.severe ?? 0) + (severity === 3 ? 1 : 0),
                firstAt: old?.firstAt ?? message.timestamp,
                lastAt: message.timestamp,
                lastMessageId: message.id,
                lastSeverity: severity,
                revision,
              },
            ],
    }
  }

  const commands: DashboardCommands = {
    channelOf: (link) => (link === 'demo' ? CHANNEL : `twitch:${link.split('/').at(-1)}`),
    async watch(link, by) {
      asked.push(`watch ${link} by ${by}`)
      if (!/^(demo$|https:\/\/(www\.)?twitch\.tv\/\w+)/.test(link)) throw new CommandError('URL_UNSUPPORTED', link)
      return { channelId: CHANNEL, broadcastId: BROADCAST }
    },
    async stop(channelId, by) {
      asked.push(`stop ${channelId} by ${by}`)
    },
    async deleteBroadcast(channelId, broadcastId, by) {
      asked.push(`delete ${channelId}~${broadcastId} by ${by}`)
      archive.states.delete(`${channelId}~${broadcastId}`)
      return 0
    },
    async erasePerson(channelId, authorId) {
      asked.push(`erase ${channelId} ${authorId}`)
      return '{ "format": "javas-erasure-receipt-1" }\n'
    },
    async saveSettings(changed, by) {
      asked.push(`settings ${changed.channelId} by ${by}`)
      await write({ settings: [{ ...changed, updatedAt: Date.now(), updatedBy: by }] })
    },
    async act(...actions) {
      asked.push(...actions.map((action) => `act ${JSON.stringify(action)}`))
      await write({ actions: actions.map((action) => operatorAction(action, Date.now())) })
    },
    ...rulesCommands({
      read: (channelId) => rules.get(channelId) ?? null,
      async write(version) {
        asked.push(`rules ${version.version} ${version.channelId} by ${version.updatedBy}`)
        rules.set(version.channelId, version)
        archive.rules.push(version)
      },
      settings: (channelId) => settings.get(channelId) ?? defaultSettings(channelId),
      archive,
    }),
    settings: async (channelId) => settings.get(channelId) ?? defaultSettings(channelId),
  }

  if (overrides.archive === undefined) await write({ settings: [{ ...defaultSettings(CHANNEL), updatedAt: 1 }] })
  const folder = mkdtempSync(join(tmpdir(), 'javas-dashboard-'))
  const reports = new ReportDesk({
    files: new ReportFiles(folder),
    log: createLog('reports', 'error'),
    make: (request, options) => makeReport({ archive, maskSeverity: 2, ...request, ...options }),
  })
  const log = createLog('fixture', 'error')
  const replays = replaysFixture(archive, (channelId) => settings.get(channelId) ?? defaultSettings(channelId), log)
  const config = { notify: readNotifyConfig(notify ?? {}), commitIntervalMs: 20 }
  const alarms = alarmsSource({
    ...{ broker, topics, log },
    config: config.notify,
    write: (action) => produceAlertAction(broker, producer, action),
    dryRun: (broadcastId, settings, signal) => dryRunBroadcast(archive, { broadcastId, settings }, signal),
  })
  const notifying = notify && (await startNotify({ broker, producer, topics, config, log }))
  const options: DashboardOptions = {
    alarms,
    broker,
    archive,
    accounts,
    commands,
    describe: async () => describeFixture(),
    models: modelsFixture(),
    evidence: { key: () => evidenceKey, program: 'fixture' },
    reports,
    replays,
    fetchPicture: fixturePicture,
    exportMessages: (query, format) => ({
      contentType: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8',
      body: (async function* () {
        for await (const { message } of archive.export(query))
          yield `${JSON.stringify({ id: message.id, text: message.text })}\n`
      })(),
    }),
    port: 0,
    onError: (error, id) => process.stderr.write(`${id} ${error.stack}\n`),
    ...overrides,
  }
  let server = await createDashboardServer(options)

  return {
    get server() {
      return server
    },
    async restart(whileAway) {
      const port = Number(new URL(server.url).port)
      await server.close()
      await whileAway()
      server = await createDashboardServer({ ...options, port })
    },
    broker,
    archive,
    accounts,
    commands,
    asked,
    write,
    async say(part, at = Date.now()) {
      spoken += 1
      const message = scriptedMessage(part, spoken, at, BROADCAST, random)
      await write({ messages: [message], ...consequences(message, BROADCAST) })
      return message
    },
    async close() {
      await reports.close()
      await replays.close()
      await server.close()
      await alarms.close()
      await notifying?.close()
      rmSync(folder, { recursive: true, force: true })
      await producer.close()
      await accounts.close()
      await broker.close()
    },
  }
}

/** Fills the last 90 minutes: calm, a hype at -30, a storm in the last three, and some past broadcasts. */
export async function fillStory(fixture: Fixture): Promise<void> {
  const now = Date.now()
  const minutes = 90
  const partAt = (minute: number): Part =>
    minute >= minutes - 3
      ? 'storm'
      : minute === 61 || minute === 62 || minute === 21
        ? 'hype'
        : minute === 40
          ? 'storm'
          : 'calm'
  await fixture.write({ states: [broadcastState({ at: now })] })
  await fixture.write({
    states: [
      broadcastState({
        channelId: 'twitch:neurin',
        broadcastId: 'b7',
        source: 'twitch',
        channelName: '느린산책',
        title: '비 오는 날 그림 그리기',
        state: 'reconnecting',
        reason: 'source-lost',
        attempt: 3,
        nextTryAt: now + 8000,
        startedAt: now - 242 * MINUTE,
        url: 'https://twitch.tv/neurin',
      }),
      broadcastState({
        channelId: 'twitch:nobody',
        broadcastId: 'b8',
        source: 'twitch',
        channelName: '',
        title: '',
        state: 'refused',
        reason: 'not-found',
        startedAt: now - 5 * MINUTE,
        url: 'https://twitch.tv/nobody',
      }),
      broadcastState({
        channelId: 'twitch:table',
        broadcastId: 'b1',
        source: 'twitch',
        channelName: '담은식탁 라이브',
        title: '햅쌀 첫 판매',
        state: 'ended',
        reason: 'stopped',
        startedAt: now - 2 * 24 * 60 * MINUTE,
        lastMessageAt: now - 2 * 24 * 60 * MINUTE + 90 * MINUTE,
        at: now - 2 * 24 * 60 * MINUTE + 90 * MINUTE,
        url: 'https://twitch.tv/table',
      }),
    ],
  })
  for (let minute = 0; minute < minutes; minute += 1) {
    const part = partAt(minute)
    const rate = part === 'hype' ? 26 : part === 'storm' ? 22 : 11
    for (let n = 0; n < rate; n += 1)
      await fixture.say(part, now - (minutes - minute) * MINUTE + Math.floor((n / rate) * MINUTE))
  }
  const deleted = fixture.archive.messages.at(-9)!.message
  const { analyzed } = await import('./chat-script.ts')
  await fixture.write({
    messages: [analyzed({ id: 'delete-1', at: now - 4000, broadcastId: BROADCAST, text: '', deletes: deleted.id })],
  })
  const alert = (overrides: Partial<Alert>): Alert => ({
    id: `${CHANNEL}/negative-surge/${now - 2 * MINUTE}`,
    channelId: CHANNEL,
    broadcastId: BROADCAST,
    kind: 'negative-surge',
    state: 'firing',
    since: now - 2 * MINUTE,
    at: now - 100_000,
    value: 0.61,
    lower: 0.54,
    upper: 0.67,
    threshold: 0.3,
    baseline: 0.16,
    peak: 0.66,
    messages: 132,
    words: ['렉', '끊김', '화면'],
    samples: ['화면 또 멈췄어요', '아 또 렉이야', '▒▒ 또 렉'],
    reason: '',
    subject: '',
    subjectName: '',
    channelName: '',
    authors: 0,
    loudest: 0,
    revision: 3,
    ...overrides,
  })
  await fixture.write({
    alerts: [
      alert({
        id: `${CHANNEL}/negative-surge/1`,
        since: now - 50 * MINUTE,
        at: now - 47 * MINUTE,
        state: 'resolved',
        value: 0.12,
        peak: 0.48,
      }),
      alert({}),
      alert({
        id: `${CHANNEL}/profanity-surge/1`,
        kind: 'profanity-surge',
        since: now - MINUTE,
        at: now - 40_000,
        value: 0.12,
        threshold: 0.05,
        baseline: 0.01,
        words: [],
      }),
    ],
  })
  await fixture.commands.changeRules(
    CHANNEL,
    {
      kind: 'add',
      rules: [
        { list: 'block', form: 'literal', pattern: '화면', severity: 1, note: '시험용' },
        { list: 'block', form: 'wildcard', pattern: '스포*', severity: 2, note: '결말을 말하는 사람' },
        { list: 'block', form: 'regex', pattern: '(텔레|오픈)\\s*(톡|그램)', severity: 3, note: '' },
      ],
    },
    '민지',
  )
  await fixture.commands.changeRules(
    CHANNEL,
    { kind: 'add', rules: [{ list: 'allow', form: 'literal', pattern: '시발점' }] },
    '서연',
  )
  await fixture.commands.changeRules(CHANNEL, { kind: 'allow-author', authorId: 'author-채널봇' }, '민지')
  await fixture.commands.changeRules(
    CHANNEL,
    { kind: 'dictionary', words: [{ word: '페이커', variants: ['대상혁', 'faker'] }] },
    '민지',
  )
}

function describeFixture(): SystemDescription {
  const nodes = ['deduplicate', 'tokenize', 'flag-profanity', 'score-sentiment']
  const chain = ['chat-messages', ...nodes, 'analyzed-messages']
  const branches = ['count-per-window', 'rank-keywords', 'count-offences', 'raise-alerts']
  const ends = ['window-counts', 'keyword-counts', 'author-offences', 'alerts']
  return {
    version: '0.1.0',
    node: process.versions.node,
    mode: 'embedded',
    startedAt: Date.now() - 90 * MINUTE,
    state: 'RUNNING',
    problem: '',
    topologyText: 'Topologies:\n  Sub-topology: 0\n    Source: chat-messages\n      --> deduplicate',
    topologyMermaid: [
      'flowchart LR',
      ...chain.slice(1).map((name, at) => `  n${at}["${chain[at]}"] --> n${at + 1}["${name}"]`),
      ...branches.map((name, at) => `  n4 --> b${at}["${name}"] --> e${at}["${ends[at]}"]`),
    ].join('\n'),
    lag: [0, 1, 2, 3].map((partition) => ({
      application: 'chat-analysis',
      topic: 'chat-messages',
      partition,
      committed: 1200 + partition,
      end: 1203 + partition,
      lag: 3,
    })),
    rates: [
      { name: 'chat-messages', perSecond: 21.4 },
      { name: 'analyzed-messages', perSecond: 21.4 },
    ],
    topics: Object.values(topics).map((topic) => ({
      name: topic.name,
      partitions: topic.partitions,
      records: 1289,
      bytes: 3_402_110,
    })),
    counters: [
      { name: 'late', value: 2 },
      { name: 'dead-letters', value: 0 },
    ],
    model: {
      name: 'nsmc-ngram',
      version: '1',
      backend: 'wasm',
      bytes: 12_400_000,
      accuracy: 0.8913,
      logLoss: 0.262,
      testSet: 'NSMC test, 49,997',
      trainedOn: 'NSMC train + KOTE',
      limits: 'Irony and English are weak.',
    },
  }
}

if (process.argv[1] === import.meta.filename) {
  const fixture = await startFixture({ port: Number(process.argv[2] ?? 4001) })
  await fillStory(fixture)
  const { fillStories, stories } = await import('./stories.ts')
  await fillStories(fixture)
  const { openStoryDoor } = await import('./story-door.ts')
  const { PARTS_PATH } = await import('./parts-page.ts')
  const door = await openStoryDoor(fixture)
  process.stdout.write(
    `${[fixture.server.url, door.url + PARTS_PATH, ...stories.map(({ path }) => door.url + path)].join('\n')}\n`,
  )
  const timer = setInterval(() => void fixture.say('storm'), 400)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, async () => {
      clearInterval(timer)
      await door.close()
      await fixture.close()
    })
}
