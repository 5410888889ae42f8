import type { ReactNode } from 'react'

/** A table whose first column is words and whose others are figures. */
export function DataTable({ label, head, children }: { label: string; head: readonly string[]; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
    <section className="table-scroll" aria-label={label} tabIndex={0}>
      <table className="table figures-table">
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  )
}

export function Section({ title, wide = false, children }: { title: string; wide?: boolean; children: ReactNode }) {
  return (
    <section className={`sheet-section${wide ? ' wide' : ''}`}>
      <h2>{title}</h2>
      {children}
    </section>
  )
}
