import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { alarms } from './alarms.ts'
import { broadcast } from './broadcast.ts'
import { infrastructure } from './infrastructure.ts'
import { kafka } from './kafka.ts'
import { models } from './models.ts'
import { pipeline } from './pipeline.ts'
import { web } from './web.ts'

/** Every dashboard by the name of its file in ../dashboards. */
export const boards: { readonly [name: string]: Dashboard } = Object.fromEntries(
  Object.entries({ alarms, broadcast, infrastructure, kafka, models, pipeline, web }).map(([name, builder]) => [
    name,
    builder.build(),
  ]),
)

export const jsonOf = (dashboard: Dashboard): string => `${JSON.stringify(dashboard, null, 2)}\n`
