/** `fetch` that says whether an answer is on its way: a test's clock stands still meanwhile. */
export function countedFetch(): { readonly fetch: typeof globalThis.fetch; readonly inFlight: () => number } {
  let open = 0
  const fetch: typeof globalThis.fetch = async (input, init) => {
    open++
    try {
      const response = await globalThis.fetch(input, init)
      const body = await response.arrayBuffer()
      const { status, headers } = response
      const isEmpty = status === 204 || status === 304
      return new Response(isEmpty ? null : body, { status, headers: unpacked(headers) })
    } finally {
      open--
    }
  }
  return { fetch, inFlight: () => open }
}

/** The body was unpacked on the way. */
function unpacked(headers: Headers): Headers {
  const kept = new Headers(headers)
  kept.delete('content-encoding')
  kept.delete('content-length')
  return kept
}
