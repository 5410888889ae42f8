/** `replay:FILE` names a file of this machine, so only the person at the machine may open it. */
import { basename } from 'node:path'
import { cut } from './bounded-text.ts'
import { type LinkResult, type PastedLink, refuseLink } from './broadcast-link.ts'

const MAX_CHANNEL = 80

export function parseReplayLink(pasted: PastedLink): LinkResult | null {
  const file = /^replay:(.+)$/i.exec(pasted.text)?.[1]?.trim()
  if (file === undefined) return null
  const name = basename(file.replace(/[/]+$/, '')).replace(/\.(jsonl|ndjson|json|txt)$/i, '')
  const channel = cut(
    name
      .normalize('NFC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}._-]+/gu, '-')
      .replace(/^[.-]+|[.-]+$/g, ''),
    MAX_CHANNEL,
  )
  if (channel === '') return refuseLink('LINK_NOT_A_BROADCAST', 'replay', 'replay: needs the name of a recorded file')
  return {
    ok: true,
    link: { source: 'replay', channel, channelId: `replay:${channel}`, url: `replay:${file}`, ownerOnly: true },
  }
}
