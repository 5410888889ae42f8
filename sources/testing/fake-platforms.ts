/** All five platforms on loopback, each with one broadcast that timelines play. */

import { encodePacket } from '../soop/soop-packet.ts'
import type { SourceClock } from '../source-environment.ts'
import { chzzkChat, FakeChzzk, fakeChannel } from './fake-chzzk.ts'
import type { HttpFault } from './fake-http.ts'
import { FakeNaverShopping } from './fake-naver-shopping.ts'
import { FakeSoop, soopChat } from './fake-soop.ts'
import { FakeTwitch } from './fake-twitch.ts'
import { FakeYoutube } from './fake-youtube.ts'
import type { TimelineActor } from './timeline.ts'

export interface FakePlatform {
  readonly name: string
  /** to paste */
  readonly link: string
  readonly endpoints: { readonly [name: string]: string }
  readonly actor: TimelineActor
  readonly close: () => Promise<void>
}

export async function fakePlatforms(clock: SourceClock): Promise<readonly FakePlatform[]> {
  return Promise.all([youtube(clock), twitch(clock), naverShopping(clock), chzzk(clock), soop()])
}

interface FakeSockets {
  readonly freeze: (isFrozen?: boolean) => void
  readonly change: (options: { readonly hangsUp?: boolean }) => void
  readonly cut: () => void
}

/** A socket has no error page: whatever is not standing still is a cut. */
const socketTrouble = (fake: FakeSockets): Pick<TimelineActor, 'fault' | 'heal'> => ({
  fault: (fault) => {
    fake.freeze(fault === 'frozen')
    fake.change({ hangsUp: fault === 'unavailable' })
    if (fault !== 'frozen') fake.cut()
  },
  heal: () => {
    fake.freeze(false)
    fake.change({})
  },
})

async function youtube(clock: SourceClock): Promise<FakePlatform> {
  const fake = await FakeYoutube.listen(clock)
  let broadcasts = 0
  const begin = () => {
    const id = `AbCdEfGh-0${broadcasts++ % 10}`
    fake.actions.length = 0
    fake.video(id)
    fake.channels.set('@cheese', id)
  }
  begin()
  return {
    ...{ name: 'youtube', link: 'https://www.youtube.com/@cheese/live', endpoints: { youtube: fake.url } },
    actor: {
      say: (text) => void fake.say(text),
      fault: (fault) => {
        fake.fault = fault as HttpFault
      },
      heal: () => {
        fake.fault = null
      },
      end: () => {
        for (const id of fake.videos.keys()) fake.video(id, { phase: 'over' })
        fake.channels.set('@cheese', null)
      },
      begin,
    },
    close: () => fake.close(),
  }
}

async function naverShopping(clock: SourceClock): Promise<FakePlatform> {
  const fake = await FakeNaverShopping.listen(clock)
  fake.show('1234567')
  fake.shortLinks.set('abcDEF', 'https://view.shoppinglive.naver.com/lives/1234567')
  return {
    ...{ name: 'naver-shopping', link: 'https://naver.me/abcDEF' },
    endpoints: { 'naver-shopping': fake.url, 'naver-shopping-short': fake.url },
    actor: {
      say: (text) => fake.say(text),
      fault: (fault) => {
        fake.fault = fault as HttpFault
      },
      heal: () => {
        fake.fault = null
      },
      end: () => fake.show('1234567', { status: 'END' }),
      begin: () => fake.show('1234567'),
    },
    close: () => fake.close(),
  }
}

async function twitch(clock: SourceClock): Promise<FakePlatform> {
  const fake = await FakeTwitch.listen()
  let next = 0
  return {
    ...{ name: 'twitch', link: 'https://www.twitch.tv/somechannel', endpoints: { twitch: fake.url } },
    actor: {
      say: (text) =>
        fake.say(
          `@id=m${next++};user-id=7;display-name=별;tmi-sent-ts=${clock.now()} :byeol!byeol@byeol.tmi.twitch.tv PRIVMSG #somechannel :${text}`,
        ),
      ...socketTrouble(fake),
      // The wire tells neither.
      end: () => {},
      begin: () => {},
    },
    close: () => fake.close(),
  }
}

async function chzzk(clock: SourceClock): Promise<FakePlatform> {
  const fake = await FakeChzzk.listen()
  return {
    ...{ name: 'chzzk', link: `https://chzzk.naver.com/live/${fakeChannel}`, endpoints: fake.endpoints },
    actor: {
      say: (text) => fake.send({ svcid: 'game', cmd: 93_101, cid: 'N2aB_x', bdy: [chzzkChat(text, clock.now())] }),
      ...socketTrouble(fake),
      end: () => fake.change({ status: { status: 'CLOSE', chatChannelId: null } }),
      begin: () => fake.change({}),
    },
    close: () => fake.close(),
  }
}

async function soop(): Promise<FakePlatform> {
  const fake = await FakeSoop.listen()
  let broadcasts = 0
  return {
    ...{ name: 'soop', link: 'https://play.sooplive.com/somebid', endpoints: fake.endpoints },
    actor: {
      say: (text) => fake.send(soopChat(text)),
      ...socketTrouble(fake),
      end: () => {
        fake.change({ channel: { RESULT: 0 } })
        fake.send(encodePacket(88, ['1']))
      },
      begin: () => fake.change({ channel: { BNO: String(291_000_001 + ++broadcasts) } }),
    },
    close: () => fake.close(),
  }
}
