import type { Topology } from '../topology.ts'
import type { StreamsOptions } from './streams-options.ts'

/** Which thread of a process is being made. */
export interface StreamThreadSeat {
  readonly thread: number
  readonly threads: number
  /** What was given to `startStreamThreads`, copied. */
  readonly data: unknown
}

/** What a thread runs. It has a broker of its own, which is closed behind it. */
export interface StreamThreadParts {
  readonly topology: Topology
  /** `thread` and `threads` are filled in. */
  readonly options: Omit<StreamsOptions, 'thread' | 'threads'>
  /** Closes what else was opened, after the broker. */
  readonly close?: () => Promise<void>
}

/** A module whose default export makes what each thread runs: topologies hold functions and cannot be sent. */
export interface StreamThreadModule {
  readonly default: (seat: StreamThreadSeat) => StreamThreadParts | Promise<StreamThreadParts>
}
