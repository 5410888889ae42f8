/** Hours of the day, in one time zone, in which nobody is to be disturbed. */
export interface QuietHours {
  /** Minutes since midnight. `from` after `to` runs over midnight. */
  readonly from: number
  readonly to: number
  /** IANA name, such as Asia/Seoul. */
  readonly timeZone: string
}

const FORM = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/

/** `23:00-08:00`; null for what is none. */
export function parseQuietHours(text: string, timeZone: string): QuietHours | null {
  const [, fromHour, fromMinute, toHour, toMinute] = FORM.exec(text) ?? []
  if (fromHour === undefined) return null
  const from = Number(fromHour) * 60 + Number(fromMinute)
  const to = Number(toHour) * 60 + Number(toMinute)
  return from === to ? null : { from, to, timeZone }
}

/** @throws RangeError for a time zone that this machine does not know */
export function isQuiet({ from, to, timeZone }: QuietHours, at: number): boolean {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at)
  const part = (type: string) => Number(parts.find((one) => one.type === type)!.value)
  const minute = part('hour') * 60 + part('minute')
  return from < to ? minute >= from && minute < to : minute >= from || minute < to
}
