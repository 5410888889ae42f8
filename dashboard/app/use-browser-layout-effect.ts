import { useEffect, useLayoutEffect } from 'react'

/** Before the browser paints; the server, which paints nothing, would warn of it. */
export const useBrowserLayoutEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect
