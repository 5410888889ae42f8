/**
 * What each kind of alarm is called, everywhere: in what is sent, in reports, on the pages and in overlays. In parts, so that
 * a page loads those of its language and its alarms alone.
 */
import type { AlarmKind } from '#schemas/alarm-kinds.ts'
import { englishNames } from './english.ts'
import { koreanNames } from './korean.ts'
import { systemNames } from './system-names.ts'

export const alarmNames: Readonly<Record<'ko' | 'en', Readonly<Record<AlarmKind, string>>>> = {
  ko: { ...koreanNames, ...systemNames.ko },
  en: { ...englishNames, ...systemNames.en },
}
