/** The words of the pages of alarms and of the contact form; apart from the other pages', which never show them. */
import { useMemo } from 'react'
import type { AlarmKind } from '#schemas/alarm-kinds.ts'
import { systemNames } from '#sinks/notify/alarm-names/system-names.ts'
import { useText } from './language.tsx'

interface Runbook {
  readonly means: string
  readonly look: readonly string[]
}

const ko = {
  title: '알림',
  intro: '지금 울리는 것, 누구에게 무엇을 알렸는지, 무엇을 조용히 두었는지 보여 줍니다.',
  off: '이 프로세스에는 알림이 없습니다.',
  now: '지금',
  calm: '지금 울리는 알림이 없습니다.',
  states: { pending: '살피는 중', firing: '울리는 중', recovering: '가라앉는 중', resolved: '끝남' },
  since: (clock: string) => `${clock}부터`,
  inHand: (name: string) => `${name} 님이 맡음`,
  acknowledge: '내가 맡음',
  moment: '그 순간 보기',
  runbook: '대응 방법',
  silence: '조용히 두기',
  silences: '조용히 둔 것',
  noSilences: '조용히 둔 것이 없습니다.',
  quietHours: (hours: string) => `알리지 않는 시간: ${hours}. 끝날 때까지 울리면 그때 알립니다.`,
  until: (clock: string) => `${clock}까지`,
  wake: '다시 켜기',
  everyChannel: '모든 채널',
  everyKind: '모든 종류',
  channel: '채널 (비우면 모두)',
  kind: '종류',
  howLong: '얼마 동안',
  durations: { '10': '10분', '60': '1시간', '480': '8시간', '1440': '하루', '10080': '1주' } as Readonly<
    Record<string, string>
  >,
  why: '이유',
  notifiers: '알리는 곳',
  notifierNames: { slack: '슬랙', email: '이메일', webhook: '웹훅' } as Readonly<Record<string, string>>,
  noNotifiers: '설정된 곳이 없습니다. 이 화면에서만 볼 수 있습니다. docs/alarms.md에 설정 방법이 있습니다.',
  languages: { ko: '한국어', en: '영어' } as Readonly<Record<string, string>>,
  test: '시험 보내기',
  testing: '보내는 중…',
  tested: (answer: string, ms: string) => `보냈습니다. ${ms}ms 만에 "${answer}" 답이 왔습니다.`,
  testFailed: (code: string, answer: string) => `보내지 못했습니다: ${code} ${answer}`,
  testUnknown: '20초 안에 결과를 알 수 없었습니다. 알림 역할(notify)이 도는지 보세요.',
  browser: '이 브라우저에서 알림 받기',
  browserOff: '이 화면이 열려 있는 동안 새로 울리는 알림을 브라우저로 띄울 수 있습니다.',
  browserOn: '이 브라우저가 새로 울리는 알림을 띄웁니다. 이 화면이 열려 있는 동안만입니다.',
  browserDenied: '브라우저가 알림을 막았습니다. 주소창의 자물쇠에서 허용하세요.',
  history: '알린 것',
  noHistory: '아직 아무것도 알리지 않았습니다.',
  when: '언제',
  what: '무엇',
  to: '어디로',
  transitions: { firing: '울림', repeated: '다시 알림', resolved: '끝남', test: '시험' },
  deliveries: { attempting: '보내는 중', waiting: '다시 보낼 예정', delivered: '도착', dead: '포기' },
  flapping: '자주 바뀜',
  rules: '언제 울리나',
  done: '했습니다.',
  failed: '하지 못했습니다. 잠시 뒤 다시 하세요.',
  runbooks: {
    'negative-surge': {
      means: '지난 20–60초 동안 부정 채팅의 비율이 채널 기준과 평소를 확실히 넘었습니다.',
      look: [
        '"그 순간 보기"로 무슨 말이 나왔는지 봅니다. 많이 나온 말이 이유를 알려 줍니다.',
        '쓴 사람이 많으면 방송에 일이 있는 것이고, 세 사람이 대부분이면 그 사람들의 일입니다.',
        '음향·화질 같은 말이면 송출을 봅니다. 사람을 향한 말이면 채팅을 느리게 하거나 규칙을 추가합니다.',
        '자주 잘못 울리면 채널 설정에서 비율이나 배수를 올립니다.',
      ],
    },
    'profanity-surge': {
      means: '지난 20–60초 동안 가려야 할 욕설의 비율이 채널 기준(처음에는 15 %)과 평소의 2배를 확실히 넘었습니다.',
      look: [
        '"그 순간 보기"로 누가 쓰는지 봅니다. 몇 사람이면 제재하고, 여럿이면 채팅을 느리게 합니다.',
        '욕이 아닌데 가려졌으면 채널 규칙에 허용할 말로 추가합니다.',
      ],
    },
    'keyword-watch': {
      means: '채널에서 지켜보는 말이 정한 시간 안에 정한 수만큼 나왔습니다. 한 메시지는 한 번만 셉니다.',
      look: [
        '"그 순간 보기"로 무슨 일인지 봅니다. 누가 썼는지(사람 수, 가장 많이 쓴 세 사람)도 알림에 있습니다.',
        '한 사람이 되풀이했으면 그 사람의 일입니다.',
        '말, 수, 시간은 방송 화면의 설정에서 바꿉니다. 다음 채팅부터 적용됩니다.',
      ],
    },
    'source-lost': {
      means: '플랫폼의 채팅에 30초 넘게 연결되지 않습니다. 그동안의 채팅은 플랫폼이 다시 줄 때만 들어옵니다.',
      look: [
        '방송이 아직 켜져 있는지 플랫폼에서 봅니다.',
        'javas doctor LINK가 어느 단계에서 막히는지 알려 줍니다.',
        '여러 채널이 한꺼번에 끊겼으면 플랫폼이나 우리 네트워크의 일입니다. 스스로 다시 연결하니 기다립니다.',
      ],
    },
    'no-data': {
      means: '바쁘던 채팅이 채널에 정한 시간(처음에는 1분) 동안 조용합니다. 연결은 되어 있습니다.',
      look: [
        '플랫폼에서 채팅이 실제로 멈췄는지 봅니다(채팅 얼리기, 쉬는 시간).',
        '멈추지 않았으면 방송 화면에서 다시 지켜보게 하고, javas doctor LINK의 결과를 남깁니다.',
      ],
    },
    'model-unavailable': {
      means: '지난 1분 채팅의 절반 넘게 감정 점수를 받지 못했습니다. 욕설 가리기와 기록은 그대로 됩니다.',
      look: [
        '시스템 화면과 모델 화면에서 이유를 봅니다: 파일이 없거나, 메모리가 모자라거나, 너무 바쁩니다.',
        '파일이 바뀌었으면 되돌립니다. 새 파일은 재시작 없이 다시 읽습니다.',
        '점수가 없는 동안 부정 급증은 판단하지 않습니다.',
      ],
    },
    'consumer-lag': {
      means:
        '분석이 채팅을 따라가지 못합니다. 정한 시간(처음에는 60초)이나 수(10,000개)보다 뒤에 있습니다. 잃는 것은 없습니다.',
      look: [
        'javas lag로 어느 파티션이 밀렸는지 봅니다. 한 파티션이면 한 채널이 너무 바쁜 것입니다.',
        '다시 켠 뒤라면 쌓인 것을 처리하는 중입니다. 줄어드는지 봅니다.',
        '모두 밀렸으면 JAVAS_THREADS를 늘리거나 analyze를 더 띄웁니다(파티션 수까지).',
      ],
    },
    'sink-lag': {
      means: '저장소 하나가 밀렸습니다. 화면과 알림은 그대로이고, 저장하지 못한 것은 로그에 7일 남습니다.',
      look: [
        '그 저장소가 살아 있는지, 디스크가 찼는지 봅니다. export의 /readyz와 로그가 이유를 말합니다.',
        '살아나면 스스로 따라잡습니다. javas verify-archive로 빠진 것이 없는지 확인할 수 있습니다.',
      ],
    },
    'dead-letters': {
      means: '5분 사이에 10개 넘는 기록을 읽거나 처리하지 못해 dead-letters에 두었습니다.',
      look: [
        'javas topics와 로그에서 이유를 봅니다: 어느 노드, 어느 코드인지 기록에 있습니다.',
        '방금 새 버전을 올렸다면 되돌립니다(docs/operate/upgrade.md).',
        '시각이 너무 앞서거나 늦은 채팅도 여기에 옵니다: 시계를 봅니다.',
      ],
    },
    'model-slow': {
      means: '채팅이 감정 점수를 2초 넘게 기다립니다. 화면의 채팅도 그만큼 늦습니다.',
      look: [
        '모델 화면에서 기다리는 문장과 실행 방식(native, wasm)을 봅니다.',
        '다른 무거운 일이 같은 기계에서 돌고 있는지 봅니다.',
        'analyze를 더 띄우거나 스레드를 늘립니다. npm run bench:models가 한 코어의 속도를 잽니다.',
      ],
    },
    'notifier-failing': {
      means: '알리는 곳 하나가 이어서 세 번 실패했거나, 알림 하나를 포기했습니다. 다른 곳으로 이 알림이 갑니다.',
      look: [
        '알림 화면의 "알린 것"에서 이유(코드와 답)를 봅니다: 주소가 틀렸는지, 비밀 값이 바뀌었는지, 서버가 죽었는지.',
        '고친 뒤 "시험 보내기"로 확인하고, 포기한 알림은 "다시 보내기"로 보냅니다. 번호가 같으므로 두 번 받은 곳은 한 번으로 셉니다.',
      ],
    },
    'role-down': {
      means:
        '역할 하나(수집, 분석, 알림 등)가 30초 넘게 살아 있다는 신호를 보내지 않습니다. 이 알림은 따로 도는 javas watchdog이 보냅니다.',
      look: [
        'javas status와 그 역할의 로그 마지막 줄을 봅니다. 오류 코드의 뜻은 docs/errors.md에 있습니다.',
        '프로세스가 없으면 다시 켭니다: systemctl status javas-role@ROLE, docker compose ps, kubectl get pods.',
        '프로세스는 있는데 신호가 없으면 /readyz가 이유를 말합니다: 카프카나 저장소에 닿지 않거나, 기계가 너무 바쁩니다.',
        '멈춘 동안의 채팅은 카프카에 7일 남아 있어 다시 켜면 이어집니다. 수집(collect)이 멈춘 동안의 채팅만 잃을 수 있으니 먼저 살립니다.',
      ],
    },
    'log-unreachable': {
      means:
        '역할들이 쓰는 카프카에 30초 넘게 닿지 않습니다. 이때는 어느 역할이 살아 있는지도 알 수 없어 역할 멈춤은 따로 울리지 않습니다.',
      look: [
        '브로커가 켜져 있는지 봅니다: docker compose ps kafka, systemctl status kafka, 디스크가 찼는지도 봅니다.',
        '브로커가 멀쩡하면 watchdog이 도는 기계의 네트워크와 JAVAS_KAFKA, 인증서와 비밀번호를 봅니다.',
        '역할은 다시 켜지 않아도 됩니다. 브로커가 돌아오면 스스로 이어 갑니다.',
        '돌아온 뒤 javas status로 리더 없는 파티션이 없는지, javas lag로 밀린 것이 줄어드는지 봅니다.',
      ],
    },
    'clock-trouble': {
      means:
        '채팅에 적힌 시각이 받은 시각과 크게 다릅니다(5분 넘게 늦거나 30초 넘게 앞섬). 시간 창과 그래프가 틀릴 수 있습니다. clocks라고 적혀 있으면 기계의 시계가 갑자기 바뀌었거나 역할들의 시계가 서로 다릅니다.',
      look: [
        '수집하는 기계의 시계를 봅니다: timedatectl 또는 chronyc tracking. 어긋났으면 맞춥니다.',
        '시계가 맞으면 플랫폼이 늦게 보내는 것입니다. 플랫폼에서 채팅이 늦는지 봅니다.',
        '5분 넘게 앞선 채팅은 세지 않고 dead-letters에 둡니다.',
      ],
    },
    'offender-threshold': {
      means: '한 사람의 욕설이 채널에 정한 수를 넘었습니다. 이름은 운영 화면에서만 보입니다.',
      look: ['방송 화면의 "살펴볼 사람"에서 기록을 보고 판단합니다.'],
    },
  } as Readonly<Record<AlarmKind, Runbook>>,
  runbookTitle: '알림이 울리면',
  momentTitle: '그 순간의 채팅',
  momentOf: (from: string, to: string) => `${from} – ${to}, 욕설은 가렸습니다.`,
  momentEmpty: '이 시간의 채팅이 기록에 없습니다.',
  momentMore: (n: string) => `처음 ${n}개만 보여 줍니다.`,
  toBroadcast: '방송 화면으로',
  toAlarms: '알림 화면으로',
  contactTitle: '문의',
  contactIntro: '운영하는 사람에게 이메일로 보냅니다.',
  contactOff:
    '문의를 받을 이메일이 아직 없습니다. 이 화면을 알려 준 사람에게 바로 물어보세요. 운영자라면 docs/alarms.md를 보고 정할 수 있습니다.',
  contactName: '이름',
  contactEmail: '답을 받을 이메일',
  contactText: '내용',
  contactTrap: '비워 두세요',
  contactSend: '보내기',
  contactSent: '보냈습니다. 답은 이메일로 갑니다.',
  contactInvalid: '이름, 이메일, 내용을 바르게 적어 주세요.',
  contactTooMany: '너무 자주 보냈습니다. 한 시간 뒤 다시 하세요.',
  contactFailed: '보내지 못했습니다. 잠시 뒤 다시 하세요.',
}

export type AlarmsText = typeof ko

const en: AlarmsText = {
  title: 'Alarms',
  intro: 'What rings now, who was told what, and what is kept quiet.',
  off: 'This process tells nobody of alarms.',
  now: 'Now',
  calm: 'Nothing rings.',
  states: { pending: 'watching', firing: 'ringing', recovering: 'calming down', resolved: 'over' },
  since: (clock) => `since ${clock}`,
  inHand: (name) => `${name} has it in hand`,
  acknowledge: 'I have it',
  moment: 'Open that minute',
  runbook: 'What to do',
  silence: 'Silence',
  silences: 'Silences',
  noSilences: 'Nothing is silenced.',
  quietHours: (hours) => `Quiet hours: ${hours}. What still fires at their end is told then.`,
  until: (clock) => `until ${clock}`,
  wake: 'Wake',
  everyChannel: 'every channel',
  everyKind: 'every kind',
  channel: 'Channel (empty: every one)',
  kind: 'Kind',
  howLong: 'For',
  durations: { '10': '10 minutes', '60': '1 hour', '480': '8 hours', '1440': 'a day', '10080': 'a week' },
  why: 'Why',
  notifiers: 'Who is told',
  notifierNames: { slack: 'Slack', email: 'E-mail', webhook: 'Webhook' },
  noNotifiers: 'Nobody is set up: alarms are seen on this page alone. docs/alarms.md says how to set one up.',
  languages: { ko: 'Korean', en: 'English' },
  test: 'Send a test',
  testing: 'Sending…',
  tested: (answer, ms) => `Sent, answered "${answer}" in ${ms} ms.`,
  testFailed: (code, answer) => `Not sent: ${code} ${answer}`,
  testUnknown: 'Nothing was heard of it within 20 s: does the notify role run?',
  browser: 'Notify me in this browser',
  browserOff: 'While this page is open, the browser can show alarms as they begin to fire.',
  browserOn: 'This browser shows alarms as they begin to fire, while this page is open.',
  browserDenied: 'The browser blocks notifications: allow them beside the address.',
  history: 'What was told',
  noHistory: 'Nothing was told yet.',
  when: 'When',
  what: 'What',
  to: 'To whom',
  transitions: { firing: 'ringing', repeated: 'reminder', resolved: 'over', test: 'test' },
  deliveries: { attempting: 'being sent', waiting: 'to be sent again', delivered: 'arrived', dead: 'given up' },
  flapping: 'flapping',
  rules: 'When they ring',
  done: 'Done.',
  failed: 'That did not work. Try again in a while.',
  runbooks: {
    'negative-surge': {
      means:
        "Over the last 20 to 60 seconds the share of negative chat is surely above the channel's threshold and its usual share.",
      look: [
        '"Open that minute" shows what was said. The words that grew name the cause.',
        'Many people: something happened in the broadcast. Three who wrote most of it: it is about those three.',
        'Words like sound or lag: look at the stream. Words at a person: slow the chat down, or add rules.',
        "If it often rings for nothing, raise the share or the ratio in the channel's settings.",
      ],
    },
    'profanity-surge': {
      means:
        "Over the last 20 to 60 seconds the share of masked swearing is surely above the channel's threshold (15 % at first) and twice the usual.",
      look: [
        '"Open that minute" shows who. A few: sanction them. Many: slow the chat down.',
        "What is no swearing belongs into the channel's allow list.",
      ],
    },
    'keyword-watch': {
      means:
        'Words that the channel watches for came as often as it set, within the time that it set. A message counts once.',
      look: [
        '"Open that minute" shows what it is about. The alarm says how many people wrote it, and how much the three loudest did.',
        'One person who repeats it: it is about that person.',
        "Words, number and time stand in the settings on the broadcast's page. They hold from the next message on.",
      ],
    },
    'source-lost': {
      means:
        "The platform's chat has been out of reach for 30 s. What is written meanwhile comes in only if the platform hands it out again.",
      look: [
        'Look on the platform whether the broadcast is still on.',
        'javas doctor LINK says at which step it fails.',
        'Many channels at once: the platform, or our network. It connects again by itself.',
      ],
    },
    'no-data': {
      means:
        'A busy chat said nothing for the time that the channel sets (a minute at first), though its source is connected.',
      look: [
        'Look on the platform whether the chat really stopped (frozen chat, a break).',
        'If it did not, let it be watched again on its page, and keep what javas doctor LINK says.',
      ],
    },
    'model-unavailable': {
      means: 'More than half of the last minute got no sentiment. Masking and the archive go on.',
      look: [
        'The system and model pages say why: files that are missing, too little memory, too much to do.',
        'Put changed files back. New files are read without a restart.',
        'Negative surges are not judged while scores are missing.',
      ],
    },
    'consumer-lag': {
      means:
        'The analysis does not keep up: further behind than the time (60 s at first) or number (10,000 records) that is set. Nothing is lost.',
      look: [
        'javas lag says which partition. One partition: one channel is too busy.',
        'After a start it works off what piled up: see whether it shrinks.',
        'All of them: raise JAVAS_THREADS, or run more analyze processes, up to the number of partitions.',
      ],
    },
    'sink-lag': {
      means: 'One store is behind. Pages and alarms go on; what it lacks stays in the log for seven days.',
      look: [
        "Is that store up, is its disk full? export's /readyz and log say why it takes nothing.",
        'Once it is back it catches up by itself. javas verify-archive shows that nothing is missing.',
      ],
    },
    'dead-letters': {
      means: 'More than 10 records in 5 minutes could not be read or processed and went to dead-letters.',
      look: [
        'The records and the log name node and code.',
        'If a new version was just deployed: go back (docs/operate/upgrade.md).',
        'Chat whose times are far ahead or too late comes here as well: look at the clocks.',
      ],
    },
    'model-slow': {
      means: 'Messages wait more than 2 s for their sentiment, and reach the screen that much later.',
      look: [
        'The page of the models shows what waits, and what it runs on (native, wasm).',
        'Is something else heavy on the same machine?',
        'Run more analyze processes or threads; npm run bench:models says what a core does.',
      ],
    },
    'notifier-failing': {
      means: 'A notifier failed three times in a row, or gave a notification up. The others tell you so.',
      look: [
        '"What was told" has code and answer: a wrong address, a changed secret, a server that is down.',
        'Mend it, send a test, then send what was given up again: it keeps its number, so whoever got it twice counts it once.',
      ],
    },
    'role-down': {
      means:
        'A role (collect, analyze, notify or another) has given no sign of life for 30 s. Told by javas watchdog, which runs apart from them.',
      look: [
        'javas status, and the last line of its log; docs/errors.md explains the code.',
        'No process: start it again. systemctl status javas-role@ROLE, docker compose ps, kubectl get pods.',
        'A process without a sign of life: its /readyz says why. Kafka or a store is out of reach, or the machine has too much to do.',
        'Kafka keeps seven days of chat, so everything goes on from where it stopped. Only what is written while collect is down may be lost: start that first.',
      ],
    },
    'log-unreachable': {
      means:
        'The Kafka of all roles has been out of reach for 30 s. Nobody can tell then which roles live, so none of them is said to be down.',
      look: [
        'Do the brokers run? docker compose ps kafka, systemctl status kafka; is their disk full?',
        'They do: look at the network of the machine of the watchdog, at JAVAS_KAFKA, certificates and passwords.',
        'No role needs a restart: they go on by themselves when the brokers are back.',
        'Afterwards javas status shows that no partition lacks its leader, and javas lag that what was left behind becomes less.',
      ],
    },
    'clock-trouble': {
      means:
        "The times that messages bear lie far from the time they came (more than 5 minutes behind, or 30 s ahead). Windows and curves may be wrong. Where it says clocks, a machine's clock was set, or the clocks of two roles disagree.",
      look: [
        'Look at the clock of the machine that collects: timedatectl, chronyc tracking. Set it right.',
        'If it is right, the platform is late: see whether its chat lags there too.',
        'Messages that are more than 5 minutes ahead are not counted and stand in dead-letters.',
      ],
    },
    'offender-threshold': {
      means: "One person's swearing passed the channel's threshold. Names stand on the moderators' pages alone.",
      look: ['Read the record under "People to look at" on the broadcast page, then decide.'],
    },
  },
  runbookTitle: 'When an alarm rings',
  momentTitle: 'The chat at that moment',
  momentOf: (from, to) => `${from} – ${to}, swearing masked.`,
  momentEmpty: 'Nothing of this time is in the archive.',
  momentMore: (n) => `The first ${n} only.`,
  toBroadcast: 'To the broadcast',
  toAlarms: 'To the alarms',
  contactTitle: 'Contact',
  contactIntro: 'Goes by e-mail to the people who run this.',
  contactOff:
    'No address is set for this form. Ask whoever gave you this page; those who run it set one as docs/alarms.md says.',
  contactName: 'Name',
  contactEmail: 'E-mail for the answer',
  contactText: 'Message',
  contactTrap: 'Leave empty',
  contactSend: 'Send',
  contactSent: 'Sent. The answer comes by e-mail.',
  contactInvalid: 'Please give a name, an e-mail address and a message.',
  contactTooMany: 'Too often. Try again in an hour.',
  contactFailed: 'It could not be sent. Try again in a while.',
}

const alarmsTexts = { ko, en } as const
export const alarmsText = (language: 'ko' | 'en'): AlarmsText => alarmsTexts[language]

/** With the names of all alarms: a broadcast's page, too, has those of its own. */
export function useAlarmsText(): AlarmsText & { readonly kinds: Readonly<Record<string, string>> } {
  const { t, language } = useText()
  return useMemo(
    () => ({ ...alarmsText(language), kinds: { ...t.alerts.kinds, ...systemNames[language] } }),
    [t, language],
  )
}
