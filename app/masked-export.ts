import { defaultSettings } from '#processors/channel-settings.ts'
import { maskSegments } from '#processors/mask.ts'
import type { MaskSegments } from '#sinks/mask-segments.ts'

/** Masks an export as a channel without settings of its own would be masked. What stands under a mask is gone. */
export const maskedExport: MaskSegments = ({ message, profanity }) =>
  maskSegments(message.text, profanity, defaultSettings.maskSeverity).map(({ text, masked }) =>
    masked ? { text: '*'.repeat(masked.length), masked: true } : { text: text ?? '', masked: false },
  )
