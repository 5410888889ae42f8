/** The real Kafka that the `*.kafka.test.ts` suites run on: `JAVAS_KAFKA`, host:port of one or several brokers. */
import { randomBytes } from 'node:crypto'

export const testBootstrap: readonly string[] = (process.env.JAVAS_KAFKA ?? '127.0.0.1:29092').split(',')

/** For names that no other run has. */
export const uniqueName = (prefix: string): string => `${prefix}-${randomBytes(5).toString('hex')}`
