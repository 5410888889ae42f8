/** What a page costs the browser that shows it, asked of the browser itself. */
import type { CDPSession, Page } from 'playwright-core'

export interface PageReport {
  /** ms; null when the browser has told none yet. */
  readonly lcp: number | null
  /** Cumulative layout shift that no input caused. */
  readonly cls: number
  /** Interaction to next paint: the worst, but for one in fifty, ms. */
  readonly inp: number | null
  readonly interactions: number
  /** Frames that should have been painted and were not, as a share. */
  readonly dropped: number
  readonly frames: number
  readonly domNodes: number
}

interface Watched {
  report(): PageReport
}

/** Runs in the page, before its own scripts. Self-contained: it is sent there as source text. */
function watchPage(): void {
  let lcp: number | null = null
  let cls = 0
  const durations = new Map<number, number>()
  const observe = (type: string, take: (entry: PerformanceEntry) => void, more: object = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({
      type,
      buffered: true,
      ...more,
    } as PerformanceObserverInit)
  observe('largest-contentful-paint', (entry) => {
    lcp = entry.startTime
  })
  observe('layout-shift', (entry) => {
    const shift = entry as PerformanceEntry & { readonly hadRecentInput: boolean; readonly value: number }
    if (!shift.hadRecentInput) cls += shift.value
  })
  observe(
    'event',
    (entry) => {
      const { interactionId, duration } = entry as PerformanceEntry & { readonly interactionId: number }
      if (interactionId) durations.set(interactionId, Math.max(durations.get(interactionId) ?? 0, duration))
    },
    { durationThreshold: 16 },
  )
  let frames = 0
  let missed = 0
  let last = 0
  const onFrame = (now: number) => {
    if (last > 0) {
      const due = Math.max(1, Math.round((now - last) / (1000 / 60)))
      frames += due
      missed += due - 1
    }
    last = now
    requestAnimationFrame(onFrame)
  }
  requestAnimationFrame(onFrame)
  const watched: Watched = {
    report() {
      const sorted = [...durations.values()].sort((left, right) => right - left)
      const report = {
        lcp,
        cls,
        inp: sorted[Math.floor(sorted.length / 50)] ?? null,
        interactions: sorted.length,
        dropped: frames === 0 ? 0 : missed / frames,
        frames,
        domNodes: document.getElementsByTagName('*').length,
      }
      frames = 0
      missed = 0
      return report
    },
  }
  Object.assign(window, { pageWatch: watched })
}

export async function watchFrames(page: Page): Promise<void> {
  await page.addInitScript(watchPage)
}

/** Since the last call, where it counts frames. */
export const reportOf = (page: Page): Promise<PageReport> =>
  page.evaluate(() => (window as unknown as { pageWatch: Watched }).pageWatch.report())

/** Processor time that the page's main thread has used, ms: hardly moved by whatever else the machine does. */
export async function mainThreadMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000
}

/** Bytes that scripts hold after everything that can go is gone. */
export async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  return usedSize
}
