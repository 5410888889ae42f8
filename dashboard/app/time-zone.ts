/** Whether times can be written in a zone of this name. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** Whether it is a zone's name, such as Asia/Seoul: an offset such as +09:00 is one that older browsers cannot read. */
export const isTimeZoneName = (name: string): boolean => /^[a-z]/i.test(name) && isTimeZone(name)
