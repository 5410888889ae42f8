/** A path of our own to go to next; anything that could lead elsewhere becomes `/`. */
export function safePath(value: unknown): string {
  if (typeof value !== 'string' || value.length > 2000 || !/^\/(?![/\\])[^\s\\]*$/.test(value)) return '/'
  const url = new URL(value, 'http://localhost')
  return url.host === 'localhost' ? url.pathname + url.search : '/'
}
