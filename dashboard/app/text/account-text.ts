/** Words of the page of accounts and of what names a role: no part of the first load. */
import { type Language, useText } from './language.tsx'

const ko = {
  title: '계정',
  me: '나',
  local: '이 컴퓨터에서 연 사람은 로그인 없이 소유자입니다.',
  roles: { owner: '소유자', moderator: '매니저', viewer: '보기만' },
  roleHints: {
    owner: '계정을 만들고 방송 기록을 지울 수 있습니다',
    moderator: '원문을 보고 방송을 열고 멈추고 내보낼 수 있습니다',
    viewer: '가린 채로만 봅니다',
  },
  people: '들어올 수 있는 사람',
  noPeople: '아직 없습니다. 다른 컴퓨터에서 열려면 계정이 필요합니다.',
  add: '사람 더하기',
  name: '이름',
  role: '역할',
  password: '비밀번호 (10자 이상)',
  addSubmit: '더하기',
  remove: '없애기',
  since: (date: string) => `${date}부터`,
  toAudit: '기록 보기: 원문 열람, 내보내기, 로그인, 바꾼 것',
  logout: '로그아웃',
  changePassword: '비밀번호 바꾸기',
  newPassword: '새 비밀번호',
  added: (name: string) => `${name} 님을 더했습니다`,
  removed: (name: string) => `${name} 님을 없앴습니다`,
  changed: '비밀번호를 바꿨습니다',
}

const en: typeof ko = {
  title: 'Account',
  me: 'You',
  local: 'Whoever is at this computer is the owner, without a login.',
  roles: { owner: 'Owner', moderator: 'Moderator', viewer: 'Viewer' },
  roleHints: {
    owner: 'may add accounts and delete broadcasts',
    moderator: 'may see originals, open, stop and export broadcasts',
    viewer: 'sees masked text only',
  },
  people: 'Who may log in',
  noPeople: 'Nobody yet. Other computers need an account.',
  add: 'Add a person',
  name: 'Name',
  role: 'Role',
  password: 'Password (10 or more characters)',
  addSubmit: 'Add',
  remove: 'Remove',
  since: (date) => `since ${date}`,
  toAudit: 'See the record: reveals, exports, logins, changes',
  logout: 'Log out',
  changePassword: 'Change password',
  newPassword: 'New password',
  added: (name) => `${name} is added`,
  removed: (name) => `${name} is removed`,
  changed: 'The password is changed',
}

export const accountTexts: Readonly<Record<Language, typeof ko>> = { ko, en }
export const useAccountText = () => accountTexts[useText().language]
