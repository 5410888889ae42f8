/** Above the columns where there is room; each figure carries its name for whoever does not see that. */
export function ListHead({ names, past = false }: { names: readonly string[]; past?: boolean }) {
  return (
    <div className={`broadcast-head${past ? ' past' : ''}`} aria-hidden="true">
      {names.map((name) => (
        <span key={name}>{name}</span>
      ))}
    </div>
  )
}
