import type { ChannelSettings } from '#schemas/types.ts'

type Settings = Omit<ChannelSettings, 'updatedAt' | 'updatedBy'>

/** What differs, for an action's details: each setting's old and new value. Of a list the words that came and went. */
export function settingsChanged(before: Settings, after: Settings): Record<string, string> {
  const details: Record<string, string> = {}
  for (const name of Object.keys(after) as (keyof Settings)[]) {
    const [old, now] = [before[name], after[name]]
    if (JSON.stringify(old) === JSON.stringify(now)) continue
    details[name] =
      Array.isArray(old) && Array.isArray(now)
        ? [
            ...now.filter((word) => !old.includes(word)).map((word) => `+${word}`),
            ...old.filter((word) => !now.includes(word)).map((word) => `-${word}`),
          ].join(' ')
        : `${shown(old)} → ${shown(now)}`
  }
  return details
}

/** Nothing chosen is a dash: an arrow from nowhere reads as a mistake. */
const shown = (value: unknown) => (value === '' ? '—' : value)
