import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

for (const file of globSync('[0-9]*.ts', { cwd: import.meta.dirname }).sort()) {
  test(`${file} prints what it says at its end`, () => {
    const path = join(import.meta.dirname, file)
    const promised = /\/\* Prints:\n([\s\S]*)\*\/\s*$/.exec(readFileSync(path, 'utf8'))?.[1]
    assert.ok(promised, 'an example ends with what it prints')
    assert.equal(execFileSync(process.execPath, [path], { encoding: 'utf8' }), promised)
  })
}
