import { createContext } from 'react'

/** Where the page of an author is, for those who may see it; null for everybody else. */
export const PersonLinks = createContext<((authorId: string) => string) | null>(null)

/** Shows an author's card beside what is on the page; null where there is no room for one. */
export const PersonOpener = createContext<((authorId: string) => void) | null>(null)
