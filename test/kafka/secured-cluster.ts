/** A real Kafka with every kind of door: plain, TLS, TLS with client certificates, SASL, SASL over TLS; and with ACLs. */
import { execFileSync } from 'node:child_process'
import { pbkdf2Sync, randomBytes, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type AclOperationLabel,
  AclOperations,
  AclPermissionTypes,
  alterUserScramCredentialsV0,
  Connection,
  createAclsV3,
  ResourcePatternTypes,
  ResourceTypes,
} from '@platformatic/kafka'
import { freePorts } from '../../deploy/dev-services/free-ports.ts'
import { KafkaCluster } from '../../deploy/dev-services/kafka/kafka-cluster.ts'

const STORE_PASSWORD = 'changeit'
const MECHANISMS = 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER'
const SCRAM_ITERATIONS = 4096
const doors = ['TLS', 'MUTUAL', 'SASL', 'SASLTLS'] as const

/** `plain` is the door of the administrator, who may do everything. */
export type Door = 'plain' | 'tls' | 'mutual' | 'sasl' | 'sasltls'

export class SecuredCluster {
  readonly address: Readonly<Record<Door, string>>
  /** PEM of the certificate that signed itself and the client's. */
  readonly certificate: string
  readonly key: string
  readonly #cluster: KafkaCluster
  readonly #directory: string

  private constructor(cluster: KafkaCluster, directory: string, ports: readonly number[], pem: readonly string[]) {
    this.#cluster = cluster
    this.#directory = directory
    const [tls, mutual, sasl, sasltls] = ports.map((port) => `localhost:${port}`)
    this.address = { plain: cluster.bootstrap, tls: tls!, mutual: mutual!, sasl: sasl!, sasltls: sasltls! }
    this.certificate = pem[0]!
    this.key = pem[1]!
  }

  static async start(): Promise<SecuredCluster> {
    const directory = mkdtempSync(join(tmpdir(), 'secured-kafka-'))
    const ports = await freePorts(doors.length)
    const store = makeKeyStore(directory)
    const overrides: Record<string, string> = {
      'listener.security.protocol.map':
        'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,TLS:SSL,MUTUAL:SSL,SASL:SASL_PLAINTEXT,SASLTLS:SASL_SSL',
      'ssl.keystore.type': 'PKCS12',
      'ssl.keystore.location': store,
      'ssl.keystore.password': STORE_PASSWORD,
      'ssl.truststore.type': 'PKCS12',
      'ssl.truststore.location': store,
      'ssl.truststore.password': STORE_PASSWORD,
      'listener.name.mutual.ssl.client.auth': 'required',
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
      // Here a login holds for a second only.
      'listener.name.sasltls.scram-sha-256.connections.max.reauth.ms': '1000',
    }
    for (const door of ['sasl', 'sasltls']) {
      const at = `listener.name.${door}`
      overrides[`${at}.sasl.enabled.mechanisms`] = MECHANISMS
      overrides[`${at}.plain.sasl.jaas.config`] =
        'org.apache.kafka.common.security.plain.PlainLoginModule required user_alice="alice-secret";'
      for (const scram of ['scram-sha-256', 'scram-sha-512'])
        overrides[`${at}.${scram}.sasl.jaas.config`] =
          'org.apache.kafka.common.security.scram.ScramLoginModule required;'
      overrides[`${at}.oauthbearer.sasl.jaas.config`] =
        'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";'
    }
    const cluster = await KafkaCluster.start({
      name: 'test-secured',
      extraListeners: [doors.map((name, i) => ({ name, port: ports[i]!, advertisedPort: ports[i]! }))],
      overrides,
    })
    return new SecuredCluster(cluster, directory, ports, pemOf(directory, store))
  }

  get clusterId(): string {
    return 'amF2YXMtZGV2LXNlcnZpYw'
  }

  async scramUser(name: string, password: string): Promise<void> {
    for (const [mechanism, hash, length] of [
      [1, 'sha256', 32],
      [2, 'sha512', 64],
    ] as const) {
      const salt = randomBytes(16)
      const saltedPassword = pbkdf2Sync(password, salt, SCRAM_ITERATIONS, length, hash)
      const credential = { name, mechanism, iterations: SCRAM_ITERATIONS, salt, saltedPassword }
      await this.#administer((connection) => alterUserScramCredentialsV0.api.async(connection, [], [credential]))
    }
  }

  /** Lets `user` do this with resources whose names begin with `prefix`. */
  async allow(
    user: string,
    type: 'TOPIC' | 'GROUP' | 'TRANSACTIONAL_ID',
    prefix: string,
    ...operations: AclOperationLabel[]
  ): Promise<void> {
    const acls = operations.map((operation) => ({
      resourceType: ResourceTypes[type],
      resourceName: prefix,
      resourcePatternType: ResourcePatternTypes.PREFIXED,
      principal: `User:${user}`,
      host: '*',
      operation: AclOperations[operation],
      permissionType: AclPermissionTypes.ALLOW,
    }))
    await this.#administer((connection) => createAclsV3.api.async(connection, acls as never))
  }

  async stop(): Promise<void> {
    await this.#cluster.stop()
    rmSync(this.#directory, { recursive: true, force: true })
  }

  async #administer(work: (connection: Connection) => Promise<unknown>): Promise<void> {
    const connection = new Connection('administrator')
    const [host, port] = this.address.plain.split(':')
    await connection.connect(host!, Number(port))
    try {
      await work(connection)
    } finally {
      await connection.close()
    }
  }
}

function makeKeyStore(directory: string): string {
  const store = join(directory, 'store.p12')
  execFileSync('keytool', [
    ...['-genkeypair', '-alias', 'kafka', '-keyalg', 'EC', '-groupname', 'secp256r1', '-dname', 'CN=carol'],
    ...['-ext', 'SAN=dns:localhost,ip:127.0.0.1', '-ext', 'bc=ca:true', '-validity', '2'],
    ...['-storetype', 'PKCS12', '-keystore', store, '-storepass', STORE_PASSWORD],
  ])
  const certificate = join(directory, 'certificate.pem')
  execFileSync('keytool', [
    ...['-exportcert', '-rfc', '-alias', 'kafka', '-keystore', store, '-storepass', STORE_PASSWORD],
    ...['-file', certificate],
  ])
  execFileSync('keytool', [
    ...['-importcert', '-noprompt', '-alias', 'authority', '-file', certificate],
    ...['-keystore', store, '-storepass', STORE_PASSWORD],
  ])
  return store
}

/** Certificate and key, as Node takes them. */
function pemOf(directory: string, store: string): readonly string[] {
  const certificate = readFileSync(join(directory, 'certificate.pem'), 'utf8')
  const key = execFileSync(
    'openssl',
    ['pkcs12', '-in', store, '-nocerts', '-nodes', '-passin', `pass:${STORE_PASSWORD}`],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  )
  return [new X509Certificate(certificate).toString(), key]
}
