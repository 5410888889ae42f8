/** Another door of a broker: clients that come in through it are told to go on talking to `advertisedPort`. */
export interface ExtraListener {
  /** Letters and digits, upper case. */
  readonly name: string
  readonly port: number
  /** Where its clients connect: a proxy's port. */
  readonly advertisedPort: number
}

export interface KafkaNodeSettings {
  readonly id: number
  readonly port: number
  readonly controllerPort: number
  readonly extraListeners: readonly ExtraListener[]
  readonly dataDirectory: string
  /** All nodes of the cluster, this one included. */
  readonly quorum: readonly { readonly id: number; readonly controllerPort: number }[]
  /** Broker settings that win over ours. */
  readonly overrides: { readonly [name: string]: string | number }
}

const HOST = '127.0.0.1'

/** The server.properties of one node that is broker and controller. */
export function kafkaProperties(settings: KafkaNodeSettings): string {
  const { id, port, controllerPort, extraListeners, dataDirectory, quorum, overrides } = settings
  const nodes = quorum.length
  const replication = Math.min(3, nodes)
  const inSync = replication === 3 ? 2 : 1
  const doors = [{ name: 'PLAINTEXT', port, advertisedPort: port }, ...extraListeners]
  const properties: { [name: string]: string | number } = {
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': quorum.map((one) => `${one.id}@${HOST}:${one.controllerPort}`).join(','),
    listeners: [
      ...doors.map((door) => `${door.name}://${HOST}:${door.port}`),
      `CONTROLLER://${HOST}:${controllerPort}`,
    ].join(','),
    'advertised.listeners': doors.map((door) => `${door.name}://${HOST}:${door.advertisedPort}`).join(','),
    'listener.security.protocol.map': [...doors.map((door) => door.name), 'CONTROLLER']
      .map((name) => `${name}:PLAINTEXT`)
      .join(','),
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': dataDirectory,
    'default.replication.factor': replication,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': replication,
    'transaction.state.log.replication.factor': replication,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.replication.factor': replication,
    'share.coordinator.state.topic.min.isr': inSync,
    // 50 partitions with 100 MB segments each make a first start slow and a small disk full.
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.num.partitions': 4,
    'offsets.topic.segment.bytes': 1 << 24,
    'transaction.state.log.segment.bytes': 1 << 24,
    // A typing error in a topic's name must not become a topic.
    'auto.create.topics.enable': 'false',
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    // Tests write records with timestamps of long ago, which a broker deletes half a minute after its start.
    'log.retention.ms': -1,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.cleaner.dedupe.buffer.size': 8 << 20,
    // A killed broker is noticed within three seconds.
    'broker.session.timeout.ms': 3000,
    'broker.heartbeat.interval.ms': 500,
    'replica.lag.time.max.ms': 5000,
    // Hanging transactions are looked for every second, not every ten.
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': 1000,
    ...overrides,
  }
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
