import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts } from '../../deploy/dev-services/free-ports.ts'
import { MongoStandIn } from '../../deploy/dev-services/mongodb/mongo-stand-in.ts'
import { TcpProxy } from './tcp-proxy.ts'

/** How long a way is held or refused at most: longer than the driver takes to give up a new connection, once in a while. */
const LONGEST_MS = 6_000

/** The stand-in for MongoDB behind a way that is cut, held and refused. The server itself lives on: it has no disk. */
export class TroubledMongo {
  /** What a driver is given: the way. */
  readonly url: string
  readonly counts: { [what: string]: number } = {}
  readonly #server: MongoStandIn
  readonly #way: TcpProxy

  private constructor(server: MongoStandIn, way: TcpProxy) {
    this.#server = server
    this.#way = way
    this.url = `mongodb://127.0.0.1:${way.port}`
  }

  static async start(name: string, heapMb: number): Promise<TroubledMongo> {
    const server = await MongoStandIn.start({ name, heapMb })
    const [port] = await freePorts(1)
    const way = new TcpProxy(port!, server.port)
    await way.listen()
    return new TroubledMongo(server, way)
  }

  /** Something happens to the way. Resolves when it is open again. */
  async trouble(random: () => number): Promise<void> {
    const roll = random()
    if (roll < 0.4) {
      // In the middle of whatever is on its way: a request that never arrives, or an answer.
      this.#count('cut')
      this.#way.cut()
    } else if (roll < 0.6) {
      this.#count('held, then let go')
      this.#way.hold()
      await sleep(random() * LONGEST_MS)
    } else if (roll < 0.8) {
      // What the server did meanwhile, nobody hears of.
      this.#count('held, then cut')
      this.#way.hold()
      await sleep(random() * LONGEST_MS)
      this.#way.cut()
    } else {
      this.#count('refused')
      this.#way.refuse()
      await sleep(random() * LONGEST_MS)
    }
    this.#way.heal()
  }

  async stop(): Promise<void> {
    await this.#way.close()
    await this.#server.stop()
  }

  #count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1
  }
}
