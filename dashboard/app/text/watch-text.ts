import { useText } from './language.tsx'
import type { WatchText } from './watch-ko.ts'

/** The words of watching a broadcast, in the page's language. */
export const useWatchText = (): WatchText => useText().t.watch
