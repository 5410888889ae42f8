/** One figure of a list of them. @param title said when it is pointed at */
export function Figure({ term, value, title }: { term: string; value: string; title?: string }) {
  return (
    <div title={title}>
      <dt>{term}</dt>
      <dd>{value}</dd>
    </div>
  )
}
