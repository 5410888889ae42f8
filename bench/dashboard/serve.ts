/**
 * The dashboard's server on a log in memory with a scripted chat, as a process of its own: `bench:dashboard` counts what
 * viewers cost it. The program itself lets one person have five streams; here one machine plays hundreds of people.
 *
 *     node bench/dashboard/serve.ts RATE
 */
import { analyzed, CHANNEL } from '../../dashboard/testing/chat-script.ts'
import { BROADCAST, broadcastState, startFixture } from '../../dashboard/testing/fixture.ts'

const BATCH_MS = 50
const rate = Number(process.argv[2] ?? 200)
const fixture = await startFixture({ streamsPerPerson: 10_000 })
await fixture.write({ states: [broadcastState()] })
process.stdout.write(`${fixture.server.url}/broadcasts/${encodeURIComponent(`${CHANNEL}~${BROADCAST}`)}\n`)
let sent = 0
const began = Date.now()
const timer = setInterval(() => {
  const due = Math.floor(((Date.now() - began) / 1000) * rate) - sent
  if (due <= 0) return
  const messages = Array.from({ length: due }, () => {
    sent += 1
    return analyzed({
      id: `bench-${sent}`,
      at: Date.now(),
      broadcastId: BROADCAST,
      author: `사람${sent % 900}`,
      text: `지금 한타 진짜 좋았다 ${sent.toString(36)}`,
      mood: 'positive',
    })
  })
  // Not into the archive: in memory it would grow for as long as the bench runs.
  void fixture.write({ messages }, { archived: false })
}, BATCH_MS)
process.once('SIGTERM', async () => {
  clearInterval(timer)
  await fixture.close()
})
