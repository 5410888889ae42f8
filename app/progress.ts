/** Shows how far long work is: a bar on a terminal, a line every few seconds elsewhere. Writes to stderr only. */
export interface Progress {
  update(done: number): void
  finish(): void
}

const BAR_WIDTH = 28
const TTY_EVERY_MS = 100
const PLAIN_EVERY_MS = 5_000

interface ProgressOutput {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/** @param total what `done` runs up to, or null when it is not known */
export function showProgress(
  label: string,
  total: number | null,
  { output = process.stderr as ProgressOutput, now = Date.now } = {},
): Progress {
  const started = now()
  let shown = Number.NEGATIVE_INFINITY
  let last = 0
  const line = () => {
    const seconds = Math.max(0.001, (now() - started) / 1000)
    const rate = `${Math.round(last / seconds).toLocaleString('en')}/s`
    if (!total) return `${label} ${last.toLocaleString('en')} ${rate}`
    const share = Math.min(1, last / total)
    const left = last > 0 && share < 1 ? ` ${Math.ceil((seconds * (1 - share)) / share)} s left` : ''
    const bar = '█'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '░')
    return `${label} ${output.isTTY ? `${bar} ` : ''}${Math.floor(share * 100)} % ${last.toLocaleString('en')}/${total.toLocaleString('en')} ${rate}${left}`
  }
  return {
    update(done) {
      last = done
      if (now() - shown < (output.isTTY ? TTY_EVERY_MS : PLAIN_EVERY_MS)) return
      shown = now()
      output.write(output.isTTY ? `\r\x1b[2K${line()}` : `${line()}\n`)
    },
    finish() {
      output.write(output.isTTY ? `\r\x1b[2K${line()}\n` : `${line()}\n`)
    },
  }
}
