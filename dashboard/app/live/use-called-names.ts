/** The names that a mention is told by: the channel's, and what this person adds; kept in this browser. */
import { useCallback, useEffect, useMemo, useState } from 'react'

const MOST_NAMES = 20
const LONGEST_NAME = 40

export interface CalledNames {
  readonly text: string
  readonly names: readonly string[]
  readonly change: (text: string) => void
}

export function useCalledNames(channelId: string, channelName: string): CalledNames {
  const key = `javas-called ${channelId}`
  const [text, setText] = useState(channelName)
  useEffect(() => setText(localStorage.getItem(key) ?? channelName), [key, channelName])
  const change = useCallback(
    (next: string) => {
      setText(next)
      localStorage.setItem(key, next)
    },
    [key],
  )
  const names = useMemo(() => namesOf(text), [text])
  return { text, names, change }
}

const namesOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((name) => name.trim().toLowerCase().slice(0, LONGEST_NAME))
    .filter((name) => name !== '')
    .slice(0, MOST_NAMES)
