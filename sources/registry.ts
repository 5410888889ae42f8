/** Every source, one line each, and the only way from a pasted text to an open source. */
import { type LinkResult, type PastedLink, readPasted, refuseLink } from './broadcast-link.ts'
import type { ChatSource } from './chat-source.ts'
import { parseChzzkLink } from './chzzk/chzzk-link.ts'
import { openChzzk } from './chzzk.ts'
import { openDemo, parseDemoLink } from './demo.ts'
import { parseNaverShoppingLink } from './naver-shopping/naver-shopping-link.ts'
import { openNaverShopping } from './naver-shopping.ts'
import { openReplay } from './replay.ts'
import { parseReplayLink } from './replay-link.ts'
import { parseSoopLink } from './soop/soop-link.ts'
import { openSoop } from './soop.ts'
import { productionEnvironment, type SourceEnvironment } from './source-environment.ts'
import { SourceError } from './source-error.ts'
import type { SourceOptions } from './source-options.ts'
import { openTwitch } from './twitch.ts'
import { parseTwitchLink } from './twitch-link.ts'
import { parseYoutubeLink } from './youtube/youtube-link.ts'
import { openYoutube } from './youtube.ts'

export type { SourceOptions }

export interface SourceEntry {
  /** Null when the link is not this platform's; a refusal when it is, but cannot be read. */
  readonly parse: (pasted: PastedLink) => LinkResult | null
  /** Throws SourceError SOURCE_OPTION_INVALID. */
  readonly open: (options: SourceOptions, environment: SourceEnvironment) => ChatSource
}

/** Asked in this order: nearly everything would be a valid Twitch name. */
export const sources: { readonly [name: string]: SourceEntry } = {
  demo: { parse: parseDemoLink, open: openDemo },
  replay: { parse: parseReplayLink, open: openReplay },
  chzzk: { parse: parseChzzkLink, open: openChzzk },
  'naver-shopping': { parse: parseNaverShoppingLink, open: openNaverShopping },
  youtube: { parse: parseYoutubeLink, open: openYoutube },
  soop: { parse: parseSoopLink, open: openSoop },
  twitch: { parse: parseTwitchLink, open: openTwitch },
}

/** Parses what somebody pasted. Fetches nothing, never throws. */
export function parseBroadcastLink(pasted: unknown): LinkResult {
  const link = readPasted(pasted)
  if (link) {
    for (const entry of Object.values(sources)) {
      const result = entry.parse(link)
      if (result) return result
    }
  }
  return refuseLink('LINK_UNKNOWN', '', 'this is not a link to a broadcast of a platform we know')
}

/** Opens the source called `name`. Throws SourceError SOURCE_UNKNOWN, SOURCE_DISABLED or SOURCE_OPTION_INVALID. */
export function openSource(
  name: string,
  options: SourceOptions = {},
  environment: SourceEnvironment = productionEnvironment,
): ChatSource {
  const entry = Object.hasOwn(sources, name) ? sources[name] : undefined
  if (!entry) throw new SourceError('SOURCE_UNKNOWN', `there is no source called ${JSON.stringify(name)}`)
  if (environment.disabled.includes(name))
    throw new SourceError('SOURCE_DISABLED', `${name} is switched off here (JAVAS_SOURCES_OFF)`)
  return entry.open(options, environment)
}
