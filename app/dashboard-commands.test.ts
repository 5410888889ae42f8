import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultSettings } from '#processors/channel-settings.ts'
import type { ChannelSettings } from '#schemas/types.ts'
import { dashboardCommands } from './dashboard-commands.ts'

const CHANNEL = 'demo:one'

function desk() {
  const written: ChannelSettings[] = []
  const never = async () => assert.fail('nothing else is written')
  const commands = dashboardCommands(
    {
      settings: async (settings) => written.push(settings),
      ...{ request: never, rules: never, actions: never, deleteBroadcast: never, erasePerson: never },
    },
    { watched: () => [], settings: () => null, rules: () => null, archive: { export: () => assert.fail() } },
    () => 7,
  )
  const save = (timeZone: string) => commands.saveSettings({ ...defaultSettings, channelId: CHANNEL, timeZone }, 'kim')
  return { written, save }
}

test("a channel's time zone is a zone's name, or none", async () => {
  const { written, save } = desk()
  for (const zone of ['', 'Asia/Seoul', 'America/New_York', 'UTC']) await save(zone)
  assert.deepEqual(
    written.map(({ timeZone, updatedAt, updatedBy }) => [timeZone, updatedAt, updatedBy]),
    ['', 'Asia/Seoul', 'America/New_York', 'UTC'].map((zone) => [zone, 7, 'kim']),
  )
})

test('a time zone that is none is refused with its code, and nothing is written', async () => {
  const { written, save } = desk()
  for (const zone of ['Mars/Olympus', '+09:00', ' Asia/Seoul', 'A'.repeat(5_000)])
    await assert.rejects(save(zone), { name: 'CommandError', code: 'TIME_ZONE_UNKNOWN' }, zone)
  assert.deepEqual(written, [])
})
