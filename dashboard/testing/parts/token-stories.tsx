/** Tokens as the style sheets have them: read from there, so that none can be left out. */
import tokens from '../../app/styles/tokens.css?raw'
import type { PartText } from './part-texts.ts'

const sheets = import.meta.glob<string>('../../app/styles/*.css', { query: '?raw', import: 'default', eager: true })

const blockOf = (theme: 'dark' | 'light'): ReadonlyMap<string, string> => {
  const body = tokens.split(`:root[data-theme="${theme}"] {`)[1]!.split('}')[0]!
  return new Map([...body.matchAll(/(--[\w-]+): ([^;]+);/g)].map(([, name, value]) => [name!, value!]))
}
const dark = blockOf('dark')
const light = blockOf('light')
const px = (pattern: RegExp, text: string) => [...text.matchAll(pattern)].map(([, size]) => Number(size))
const sizes = [
  ...new Set(Object.values(sheets).flatMap((sheet) => px(/(?:font-size: |font: \d+ )(\d+)px/g, sheet))),
].sort((left, right) => left - right)
const STEPS = [4, 8, 12, 16, 20, 24, 32]

export function Colours({ text }: { text: PartText }) {
  return (
    <table className="table story-colours">
      <thead>
        <tr>
          <th>{text.token}</th>
          <th>{text.dark}</th>
          <th>{text.light}</th>
        </tr>
      </thead>
      <tbody>
        {[...dark.keys()].map((name) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {[dark, light].map((theme, at) => (
              <td key={at === 0 ? 'dark' : 'light'}>
                <span className="story-colour">
                  <i style={{ background: theme.get(name) }} />
                  {theme.get(name)}
                </span>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function Letters({ sample }: { sample: string }) {
  return (
    <ul className="story-list">
      {sizes.map((size) => (
        <li key={size} style={{ fontSize: size }}>
          <span className="num">{size} px</span> {sample}
        </li>
      ))}
    </ul>
  )
}

export function Grid() {
  return (
    <ul className="story-row">
      {STEPS.map((step) => (
        <li key={step} className="story-step num">
          <i style={{ width: step, height: step }} />
          {step} px
        </li>
      ))}
    </ul>
  )
}
