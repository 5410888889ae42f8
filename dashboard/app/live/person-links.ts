import { createContext } from 'react'

/** Where the page of an author is, for those who may see it; null for everybody else. */
export const PersonLinks = createContext<((authorId: string) => string) | null>(null)
