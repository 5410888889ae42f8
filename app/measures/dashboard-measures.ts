import type { DashboardFigures } from '../../dashboard/server.ts'
import { counter, gauge, type Measure } from './measure.ts'

/** The pages: who looks, what is asked, and how long a message took to their screens. */
export const dashboardMeasures = (figures: () => DashboardFigures): readonly Measure[] => [
  gauge('javas_dashboard_streams', 'Pages that are open and follow a broadcast.', () => figures().streams),
  counter('javas_dashboard_requests_total', 'Requests by the class of their answer.', () =>
    Object.entries(figures().requests).map(([status, value]) => ({ value, labels: { status } })),
  ),
  gauge(
    'javas_chat_to_screen_p50_ms',
    'From the time a message bears to the browser that shows it, as browsers report it.',
    () => figures().latency?.p50,
  ),
  gauge('javas_chat_to_screen_p95_ms', 'The same, 95 of 100 messages.', () => figures().latency?.p95),
]
