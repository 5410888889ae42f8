import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import ts from 'typescript'

const app = join(import.meta.dirname, '..')
/** The same in every language. */
const names = /^(JAVAS|CSV|PNG|Esc|SHA-)$/
/** What a channel's id looks like: an example of what to type. */
const example = /^[a-z]+:[a-z]+$/

/** Letters that a person reads and that stand in a page's source instead of its dictionaries. */
function hardCoded(file: string, text: string): readonly string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  const found: string[] = []
  const look = (said: string) => {
    if (example.test(said.trim())) return
    for (const word of said.match(/\p{L}[\p{L}\p{M}'-]+/gu) ?? [])
      if (!names.test(word)) found.push(`${file}: ${said.trim()}`)
  }
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) look(node.text)
    if (
      ts.isJsxAttribute(node) &&
      /^(aria-label|aria-description|title|placeholder|alt|label)$/.test(node.name.getText(source)) &&
      node.initializer &&
      ts.isStringLiteral(node.initializer)
    )
      look(node.initializer.text)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

test('pages say nothing that is not in a dictionary', () => {
  const files = globSync('**/*.tsx', { cwd: app })
  assert.ok(files.length > 40)
  assert.deepEqual(
    files.flatMap((file) => hardCoded(file, readFileSync(join(app, file), 'utf8'))),
    [],
  )
})

test('a word in a page’s source is found, as text and as a label', () => {
  assert.equal(hardCoded('a.tsx', 'const a = <p>Hello <b>{t.x}</b></p>').length, 1)
  assert.equal(hardCoded('a.tsx', 'const a = <p aria-label="닫기" />').length, 1)
  assert.equal(hardCoded('a.tsx', 'const a = <p className="hello">{t.x} · 12 % JAVAS</p>').length, 0)
})
