/** Lines written as running text, `|` between them: hundreds of short lines stay readable. */
export function lineList(text: string): readonly string[] {
  return text
    .split('|')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
