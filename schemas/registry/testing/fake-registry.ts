import { createServer, type IncomingMessage } from 'node:http'

export interface FakeRegistry {
  readonly url: string
  /** `METHOD path` of every request, in order. */
  readonly asked: string[]
  /** Subjects with the schemas registered under them, oldest first. */
  readonly subjects: Map<string, string[]>
  readonly schemas: Map<number, string>
  /** Answers that the next requests get instead, first in first out; 0 cuts the connection. */
  readonly faults: number[]
  /** What `authorization` must be; '' asks for nothing. */
  credentials: string
  /** Subjects whose latest schema nothing may follow. */
  readonly frozen: Set<string>
  close(): Promise<void>
}

/** As much of Confluent's API as the client uses, in memory. Ids count from 1, one a schema. */
export async function startFakeRegistry(): Promise<FakeRegistry> {
  const subjects = new Map<string, string[]>()
  const schemas = new Map<number, string>()
  const asked: string[] = []
  const faults: number[] = []
  const frozen = new Set<string>()
  const idOf = (schema: string) => [...schemas].find(([, known]) => known === schema)?.[0]
  const fake = { credentials: '' }

  const answer = (method: string, path: string, body: { schema: string }): [number, unknown] => {
    const [, first, second, third, fourth] = path.split('?')[0]!.split('/').map(decodeURIComponent)
    if (first === 'schemas' && third !== undefined) {
      const schema = schemas.get(Number(third))
      return schema === undefined ? [404, { error_code: 40403, message: 'Schema not found' }] : [200, { schema }]
    }
    if (first === 'compatibility') {
      const known = subjects.get(third!)
      if (!known) return [404, { error_code: 40401, message: 'Subject not found' }]
      const fits = !frozen.has(third!) || known.at(-1) === body.schema
      return [200, { is_compatible: fits, ...(!fits && { messages: ['field text is missing'] }) }]
    }
    if (first !== 'subjects') return [404, { error_code: 404, message: 'no such path' }]
    if (!second) return [200, [...subjects.keys()]]
    const known = subjects.get(second)
    if (third === 'versions' && fourth === undefined && method === 'POST') {
      if (known?.includes(body.schema)) return [200, { id: idOf(body.schema) }]
      if (frozen.has(second)) return [409, { error_code: 409, message: 'Schema being registered is incompatible' }]
      const id = idOf(body.schema) ?? schemas.size + 1
      schemas.set(id, body.schema)
      subjects.set(second, [...(known ?? []), body.schema])
      return [200, { id }]
    }
    if (!known) return [404, { error_code: 40401, message: 'Subject not found' }]
    if (!known.includes(body.schema)) return [404, { error_code: 40403, message: 'Schema not found' }]
    return [200, { subject: second, id: idOf(body.schema), version: known.indexOf(body.schema) + 1 }]
  }

  const server = createServer(async (request: IncomingMessage, response) => {
    asked.push(`${request.method} ${request.url}`)
    let text = ''
    for await (const chunk of request) text += chunk
    const fault = faults.shift()
    if (fault === 0) return void request.socket.destroy()
    const isAllowed = fake.credentials === '' || request.headers.authorization === fake.credentials
    const [status, body] = fault
      ? [fault, { message: 'not now' }]
      : isAllowed
        ? answer(request.method!, request.url!, text ? JSON.parse(text) : { schema: '' })
        : [401, { error_code: 401, message: 'Unauthorized' }]
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  return Object.assign(fake, {
    url: `http://127.0.0.1:${port}`,
    asked,
    subjects,
    schemas,
    faults,
    frozen,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  })
}
