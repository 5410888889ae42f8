import { printable } from './printable.ts'

/** Lines of columns for a terminal: numbers to the right, the last column as long as it likes. */
export function* textTable(head: readonly string[], rows: readonly (readonly string[])[]): Generator<string> {
  const all = [head, ...rows].map((row) => row.map(printable))
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)))
  const isNumber = head.map((_, column) => rows.length > 0 && rows.every((row) => /^(-?\d+)?$/.test(row[column]!)))
  for (const row of all)
    yield `${row
      .map((cell, column) =>
        column === row.length - 1 && !isNumber[column]
          ? cell
          : isNumber[column]
            ? cell.padStart(widths[column]!)
            : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd()}\n`
}
