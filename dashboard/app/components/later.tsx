import { type ReactNode, Suspense, useEffect, useState } from 'react'

/**
 * A part whose script is fetched when it is wanted. The server leaves it out: of what it draws and the browser has not
 * taken over yet, the first thing that changes around it throws everything away (React's error 421), and here something
 * changes every second.
 */
export function Later({ children, meanwhile }: { children: ReactNode; meanwhile?: ReactNode }) {
  const [isLive, setLive] = useState(false)
  useEffect(() => setLive(true), [])
  return isLive ? <Suspense fallback={meanwhile}>{children}</Suspense> : meanwhile
}
