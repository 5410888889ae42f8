import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { chatTopology } from '#app/chat-topology.ts'
import { describeMermaid, describeText } from '#topology'

const page = join(import.meta.dirname, '..', 'docs', 'topology.md')

/** The page as it must be: written by `node test/topology-page.test.ts --write`. */
function expectedPage(): string {
  const topology = chatTopology()
  return `# The topology of the analysis

What \`npm run javas -- describe\` prints, and what the System page draws. It comes from \`app/chat-topology.ts\`, the same
value that runs; a test keeps this page equal to it. Names of nodes and stores outlive the code: a store's name is its
changelog's name, so renaming one is a migration.

\`\`\`mermaid
${describeMermaid(topology)}
\`\`\`

\`\`\`text
${describeText(topology)}
\`\`\`
`
}

if (process.argv.includes('--write')) writeFileSync(page, expectedPage())

test('docs/topology.md shows the topology that runs', () => {
  assert.equal(readFileSync(page, 'utf8'), expectedPage())
})

test('the whole analysis is one subtopology: one commit from a message to every number that counts it', () => {
  assert.equal(describeText(chatTopology()).match(/Sub-topology/g)?.length, 1)
})
