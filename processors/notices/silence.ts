/** Who wants what kept quiet until when. */
import type { AlertAction } from '#schemas/types.ts'

/** A week: a longer silence is a rule to change, not to silence. */
export const LONGEST_SILENCE_MS = 7 * 24 * 60 * 60_000

/** The silence that keeps this kind of alert of this channel quiet now, or undefined. */
export const silenceOf = (
  silences: Iterable<AlertAction>,
  { channelId, kind }: { readonly channelId: string; readonly kind: string },
  now: number,
): AlertAction | undefined => {
  for (const silence of silences)
    if (
      silence.until > now &&
      (silence.channelId === '' || silence.channelId === channelId) &&
      (silence.alertKind === '' || silence.alertKind === kind)
    )
      return silence
  return undefined
}
