import type { Page } from 'playwright-core'

export interface Seen {
  readonly id: string
  /** When the source wrote it and when this machine received it, epoch ms. */
  readonly at: number
  readonly receivedAt: number
  /** When the frame that shows its row was done, epoch ms. */
  readonly shownAt: number
}

export interface ScreenReport {
  readonly seen: readonly Seen[]
  /** Messages that came over the wire since the watch began. */
  readonly received: number
  /** Messages that the server left out and counted ("+n more"). */
  readonly leftOut: number
}

interface ScreenWatch {
  take(): ScreenReport
}

/** Runs in the page, before its own scripts. Self-contained: it is sent there as source text. */
function watchScreen(): void {
  interface Sent {
    readonly id: string
    readonly at: number
    readonly receivedAt: number
    readonly history: boolean
  }
  const waiting = new Map<string, Sent>()
  let seen: Seen[] = []
  let received = 0
  let leftOut = 0
  let openedAt = Number.POSITIVE_INFINITY

  // Listens beside the page on the page's own stream, so that there is no second reader to serve.
  const Original = window.EventSource
  window.EventSource = class extends Original {
    constructor(url: string | URL, init?: EventSourceInit) {
      super(url, init)
      this.addEventListener('open', () => {
        openedAt = Date.now()
      })
      this.addEventListener('frame', (event) => {
        const frame = JSON.parse((event as MessageEvent<string>).data) as { messages: Sent[]; skipped: number }
        leftOut += frame.skipped
        received += frame.messages.length
        // What was there before the page was opened waited for us, not the other way round.
        for (const message of frame.messages)
          if (!message.history && message.receivedAt >= openedAt) waiting.set(message.id, message)
      })
    }
  }

  const look = () => {
    const log = document.getElementById('chat-log')
    if (!log || waiting.size === 0) return
    const { top, bottom } = log.getBoundingClientRect()
    const shownAt = Date.now()
    for (const row of log.querySelectorAll<HTMLElement>('article[data-id]')) {
      const message = waiting.get(row.dataset.id!)
      if (!message) continue
      const place = row.getBoundingClientRect()
      // A row that is rendered outside of the panel is on no screen.
      if (place.bottom <= top || place.top >= bottom) continue
      waiting.delete(message.id)
      seen.push({ id: message.id, at: message.at, receivedAt: message.receivedAt, shownAt })
    }
    // Folded into another row, or scrolled by between two frames: these never get a row of their own.
    if (waiting.size > 5_000) for (const id of [...waiting.keys()].slice(0, 2_500)) waiting.delete(id)
  }
  // The task after a frame's callbacks runs when its layout and paint are done.
  const channel = new MessageChannel()
  channel.port1.onmessage = look
  const onFrame = () => {
    channel.port2.postMessage(null)
    requestAnimationFrame(onFrame)
  }
  requestAnimationFrame(onFrame)

  const watch: ScreenWatch = {
    take() {
      const report = { seen, received, leftOut }
      seen = []
      received = 0
      leftOut = 0
      return report
    },
  }
  Object.assign(window, { screenWatch: watch })
}

/** Watches `page`, which must not have been opened yet. `take` returns what happened since the last call. */
export async function watchChat(page: Page): Promise<ScreenWatch & { take(): Promise<ScreenReport> }> {
  await page.addInitScript(watchScreen)
  return {
    take: () => page.evaluate(() => (window as unknown as { screenWatch: ScreenWatch }).screenWatch.take()),
  } as ScreenWatch & { take(): Promise<ScreenReport> }
}
