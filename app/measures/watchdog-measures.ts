import type { WatchdogNow } from '../watchdog/watchdog.ts'
import { gauge, type Measure } from './measure.ts'

/** What the watchdog knows of the roles that it watches. */
export const watchdogMeasures = (now: () => WatchdogNow): readonly Measure[] => [
  gauge('javas_role_ready', '1 while the role does its work.', () => (now().hears ? 1 : 0)),
  gauge('javas_watched_role_down', '1 while the watchdog takes this role, or the log itself, for dead.', () =>
    Object.entries(now().lives).map(([watched, { downSince }]) => ({
      value: downSince < 0 ? 0 : 1,
      labels: { watched },
    })),
  ),
  gauge('javas_watchdog_untold', 'Rings that a notifier has not taken yet.', () => now().untold),
]
