import { describeMermaid, describeText } from '#topology'
import { chatTopology } from '../chat-topology.ts'

export function describe(options: { readonly format: 'text' | 'mermaid' }): void {
  const topology = chatTopology()
  process.stdout.write(`${options.format === 'text' ? describeText(topology) : describeMermaid(topology)}\n`)
}
