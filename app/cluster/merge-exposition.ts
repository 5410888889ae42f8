/**
 * Prometheus texts of several processes as one: a format that wants all lines of a metric together. Their series differ by
 * the label `role`.
 */
export function mergeExposition(texts: readonly string[]): string {
  const families = new Map<string, { readonly about: string[]; readonly samples: string[] }>()
  for (const text of texts) {
    let family = ''
    for (const line of text.split('\n').filter(Boolean)) {
      const about = /^# (?:HELP|TYPE) (\S+)/.exec(line)
      if (line.startsWith('#') && !about) continue
      // A histogram's _bucket, _sum and _count stand under its own name.
      if (about) family = about[1]!
      else if (!nameOf(line).startsWith(family) || family === '') family = nameOf(line)
      const known = families.get(family) ?? { about: [], samples: [] }
      families.set(family, known)
      if (!about) known.samples.push(line)
      else if (!known.about.some((one) => one.startsWith(about[0]))) known.about.push(line)
    }
  }
  return [...families.values()]
    .flatMap(({ about, samples }) => [...about, ...samples])
    .map((line) => `${line}\n`)
    .join('')
}

const nameOf = (line: string): string => /^[^{\s]+/.exec(line)?.[0] ?? ''
