/** How every archive compares texts, so that they all find the same. */
const separators = /[\p{Cc}\s]+/u

/** The form in which texts are compared: NFC, lower case, both sigmas alike. */
export const fold = (text: string): string => text.normalize('NFC').toLowerCase().replaceAll('ς', 'σ').toWellFormed()

/** The words of a text in the form in which they are compared. */
export const wordsOf = (text: string): string[] => fold(text).split(separators).filter(Boolean)
