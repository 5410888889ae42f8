/** What came from outside may hold terminal escapes and invisible marks that turn text around; here it is only ever text. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => (character === '\u200d' ? character : '\ufffd'))
