import type { BroadcastRequest } from '#schemas/types.ts'
import { parseBroadcastLink } from '#sources/registry.ts'
import { JavasError } from './errors.ts'

export interface RequestOptions {
  readonly by: string
  /** May read this machine's files, as a replay does. */
  readonly isOwner: boolean
  /** Epoch ms. */
  readonly at: number
  readonly options?: { readonly [name: string]: string }
}

/** The request to watch what a pasted link points to. @throws JavasError with the refusal's code */
export function requestOf(link: string, { by, isOwner, at, options = {} }: RequestOptions): BroadcastRequest {
  const parsed = parseBroadcastLink(link)
  if (!parsed.ok) throw new JavasError(parsed.code, parsed.message)
  if (parsed.link.ownerOnly && !isOwner)
    throw new JavasError('LINK_OWNER_ONLY', "this link reads the server's own files: only its owner may open it")
  const { channelId, source } = parsed.link
  return { channelId, source, url: link.trim(), action: 'watch', options, requestedAt: at, requestedBy: by }
}
