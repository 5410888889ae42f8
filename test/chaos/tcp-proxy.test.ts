import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts } from '../../deploy/dev-services/free-ports.ts'
import { TcpProxy } from './tcp-proxy.ts'

async function echoBehindProxy() {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const [port] = await freePorts(1)
  const proxy = new TcpProxy(port!, (server.address() as AddressInfo).port)
  await proxy.listen()
  return {
    proxy,
    async client() {
      const socket = connect(port!, '127.0.0.1')
      socket.on('error', () => {})
      await once(socket, 'connect')
      return socket
    },
    async close() {
      await proxy.close()
      server.close()
    },
  }
}

test('bytes pass both ways, and a cut breaks what is open and nothing that comes after', async () => {
  const way = await echoBehindProxy()
  const first = await way.client()
  first.write('a')
  assert.equal(String((await once(first, 'data'))[0]), 'a')
  way.proxy.cut()
  await once(first, 'close')
  const second = await way.client()
  second.write('b')
  assert.equal(String((await once(second, 'data'))[0]), 'b')
  second.destroy()
  await way.close()
})

test('while it refuses nobody comes through; healed it is as before', async () => {
  const way = await echoBehindProxy()
  way.proxy.refuse()
  const refused = await way.client()
  await once(refused, 'close')
  way.proxy.heal()
  const welcome = await way.client()
  welcome.write('c')
  assert.equal(String((await once(welcome, 'data'))[0]), 'c')
  welcome.destroy()
  await way.close()
})

test('held bytes arrive when it is healed, on the same connection', async () => {
  const way = await echoBehindProxy()
  const socket = await way.client()
  socket.write('a')
  await once(socket, 'data')
  way.proxy.hold()
  let seen = ''
  socket.on('data', (bytes) => {
    seen += bytes
  })
  socket.write('d')
  await sleep(50)
  assert.equal(seen, '')
  way.proxy.heal()
  while (seen === '') await sleep(1)
  assert.equal(seen, 'd')
  socket.destroy()
  await way.close()
})
