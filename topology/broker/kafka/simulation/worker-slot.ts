import type { Streams } from '../../../runtime/streams.ts'
import type { Client } from '../client-options.ts'
import type { MemoryDisk } from '../state/memory-task-states.ts'
import type { SimulatedBroker } from './simulated-broker.ts'
import type { Simulation } from './simulation.ts'
import type { SimulatedProcess } from './virtual-time.ts'

/** A place where a worker runs: when one dies, another comes. */
export class WorkerSlot {
  readonly worker: number
  disk: MemoryDisk
  process: SimulatedProcess | undefined
  broker: SimulatedBroker | undefined
  streams: Streams | undefined
  isClosed = false
  readonly #simulation: Simulation
  readonly #main: (client: Client, process: SimulatedProcess, slot: WorkerSlot) => Promise<void>
  #life = 0
  #isClosing = false

  constructor(
    worker: number,
    disk: MemoryDisk,
    simulation: Simulation,
    main: (client: Client, process: SimulatedProcess, slot: WorkerSlot) => Promise<void>,
  ) {
    this.worker = worker
    this.disk = disk
    this.#simulation = simulation
    this.#main = main
  }

  start(delayMs: number): void {
    const life = ++this.#life
    this.#simulation.time.after(delayMs, () => {
      if (life !== this.#life) return
      if (this.#isClosing) {
        this.isClosed = true
        return
      }
      this.broker = undefined
      this.streams = undefined
      this.process = this.#simulation.spawn(
        `w${this.worker}.${life}`,
        (client, process) => this.#main(client, process, this),
        (error) => {
          if (error !== undefined) this.#simulation.failed(error)
          if (life !== this.#life) return
          this.broker?.died()
          this.#forget()
          // Whoever runs the workers starts them again.
          this.start(this.#simulation.random.between(5, 150))
        },
      )
    })
  }

  crash(): void {
    const { process, broker } = this
    if (!process) return
    this.#simulation.kill(process)
    // Its locks go with it; at once, but not while its last turn still runs.
    this.#simulation.time.after(0, () => broker?.died())
    this.#forget()
    this.start(this.#simulation.random.between(0.1, 300))
  }

  /** The old one stays, stalled; the new one has its name and another disk. */
  replace(disk: MemoryDisk, delayMs: number): void {
    this.disk = disk
    this.process = undefined
    this.start(delayMs)
  }

  /** A rolling restart. */
  bounce(): void {
    const { streams, process } = this
    if (streams && process) this.#simulation.time.after(0, () => void streams.close(), process)
  }

  close(): void {
    this.#isClosing = true
    const { streams, process } = this
    if (process && streams) this.#simulation.time.after(0, () => void streams.close(), process)
    else this.start(0)
  }

  #forget(): void {
    this.process = undefined
    this.broker = undefined
    this.streams = undefined
  }
}
