/** The words of the moderators' pages: people, a person, evidence, audit. Apart, because viewers never load them. */
import type { ActionKind } from '../operator-actions.ts'
import { useText } from './language.tsx'

const ko = {
  kinds: {
    reveal: '원문 봄',
    search: '찾아봄',
    export: '내보냄',
    evidence: '증거 묶음 만듦',
    note: '메모',
    sanction: '제재 기록',
    'author-allowed': '예외로 둠',
    'author-flagged': '예외에서 뺌',
    'rules-changed': '규칙 바꿈',
    'settings-changed': '기준 바꿈',
    feedback: '판정에 답함',
    watch: '방송 엶',
    stop: '방송 멈춤',
    delete: '방송 지움',
    reset: '분석 처음부터',
    login: '로그인',
    'login-refused': '로그인 거절',
    logout: '로그아웃',
    'user-added': '사람 더함',
    'user-removed': '사람 없앰',
    'password-changed': '비밀번호 바꿈',
  } as Record<ActionKind, string>,
  audit: {
    title: '누가 무엇을 했나',
    intro:
      '원문 열람, 찾기, 내보내기, 로그인, 바꾼 것이 모두 남습니다. 고치거나 지울 수 없고, 보존 기간이 지나면 사라집니다.',
    kind: '무엇을',
    anyKind: '모두',
    by: '누가',
    byHint: '계정 이름; 이 컴퓨터는 local, 명령줄은 cli',
    channel: '채널',
    from: '부터',
    to: '까지',
    show: '보기',
    all: '처음으로',
    csv: 'CSV로 받기',
    when: '언제',
    who: '누가',
    what: '무엇을',
    subject: '대상과 내용',
    empty: '이 조건에 맞는 기록이 없습니다',
    next: '이전 기록 더 보기',
    person: '사람',
    message: '메시지',
    broadcast: '방송',
  },
}

export type ModerationText = typeof ko

const en: ModerationText = {
  kinds: {
    reveal: 'saw the original',
    search: 'searched',
    export: 'exported',
    evidence: 'made evidence',
    note: 'noted',
    sanction: 'recorded a sanction',
    'author-allowed': 'exempted',
    'author-flagged': 'exempts no more',
    'rules-changed': 'changed rules',
    'settings-changed': 'changed settings',
    feedback: 'answered a verdict',
    watch: 'opened a broadcast',
    stop: 'stopped a broadcast',
    delete: 'deleted a broadcast',
    reset: 'reset the analysis',
    login: 'logged in',
    'login-refused': 'login refused',
    logout: 'logged out',
    'user-added': 'added a person',
    'user-removed': 'removed a person',
    'password-changed': 'changed a password',
  },
  audit: {
    title: 'Who did what',
    intro:
      'Reveals, searches, exports, logins and changes are all kept. Nobody can alter or remove them; they go when their time is over.',
    kind: 'What',
    anyKind: 'All',
    by: 'Who',
    byHint: 'account name; local is this computer, cli the command line',
    channel: 'Channel',
    from: 'From',
    to: 'To',
    show: 'Show',
    all: 'Start over',
    csv: 'Download CSV',
    when: 'When',
    who: 'Who',
    what: 'What',
    subject: 'On what, and how',
    empty: 'Nothing recorded that fits',
    next: 'Show earlier ones',
    person: 'person',
    message: 'message',
    broadcast: 'broadcast',
  },
}

export function useModerationText(): ModerationText {
  const { language } = useText()
  return language === 'ko' ? ko : en
}
