/** Inviting people by link, and ending sessions. */
export const invitesKo = {
  invite: '링크로 초대하기',
  inviteHint: '7일 안에 한 사람이 한 번 쓸 수 있습니다. 이름과 비밀번호는 그 사람이 정합니다.',
  make: '초대 링크 만들기',
  made: '초대 링크입니다. 지금 한 번만 보여 줍니다.',
  open: (n: number) => `아직 안 쓴 초대 ${n}개`,
  revoke: '모두 거두기',
  revoked: '안 쓴 초대를 모두 거두었습니다',
  everywhere: '모든 기기에서 로그아웃',
  title: '초대를 받았습니다',
  intro: (role: string) => `역할: ${role}. 쓸 이름과 비밀번호를 정하면 바로 들어갑니다.`,
  join: '들어가기',
  gone: '이 초대는 이미 쓰였거나 기한이 지났습니다. 초대한 사람에게 새 링크를 부탁하세요.',
}
export type InvitesText = typeof invitesKo
