/** Answers with a picture of the chat, or with nothing: `/pictures/KEY`, and `/pictures/still/KEY` for its first frame. */
import type { RequestHandler } from 'express'
import { pictureAddress } from './picture-key.ts'
import type { PictureStore } from './picture-store.ts'

export function pictureRoute(store: PictureStore): RequestHandler<{ readonly key?: string }> {
  return async (request, response, next) => {
    try {
      const url = pictureAddress(request.params.key ?? '')
      const picture = url && (await store.get(url, request.path.includes('/still/')))
      response.set({
        // Whatever it is, it is shown as a picture or not at all.
        'Content-Security-Policy': "default-src 'none'; sandbox",
        'Content-Disposition': 'inline',
        'X-Content-Type-Options': 'nosniff',
      })
      if (!picture) return response.status(404).set('Cache-Control', 'private, max-age=600').end()
      response.set({ 'Cache-Control': 'private, max-age=604800, immutable', ETag: picture.etag })
      if (request.get('if-none-match') === picture.etag) return response.status(304).end()
      return response.type(picture.type).send(picture.bytes)
    } catch (cause) {
      return next(cause)
    }
  }
}
