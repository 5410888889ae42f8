/** The page on which a channel's overlays for OBS are made. */
export const overlayKo = {
  title: 'OBS 오버레이',
  open: 'OBS 오버레이 주소',
  intro:
    '주소를 아는 사람은 로그인 없이 이 채널의 오버레이를 봅니다. 가린 말은 가린 채로만 나오고, 원문과 사람 기록은 나오지 않습니다.',
  make: '주소 만들기',
  name: '이름 (어디에 쓰나요)',
  namePlaceholder: '방송 컴퓨터',
  made: '주소를 만들었습니다. 지금 한 번만 보여 줍니다. OBS의 브라우저 소스에 붙여넣으세요.',
  copy: '복사',
  copied: '복사했습니다',
  look: '열어 보기',
  links: '만든 주소',
  none: '아직 만든 주소가 없습니다',
  by: (name: string, date: string) => `${name} · ${date}`,
  revoke: '거두기',
  revoked: '주소를 거두었습니다. 켜져 있던 오버레이도 꺼집니다.',
  show: '무엇을',
  shows: { chat: '채팅', mood: '지금 분위기', cloud: '단어 구름', alert: '알림' },
  size: '글자 크기',
  max: '줄 수',
  fade: '몇 초 뒤 사라짐 (0: 안 사라짐)',
  align: '맞춤',
  aligns: { left: '왼쪽', right: '오른쪽' },
  strict: '욕설로 판정된 채팅은 가려지지 않아도 뺌',
  parameters: '더 꾸미기: ink=ffffff, back=00000080, shadow=0, lang=en을 주소 뒤에 &로 붙입니다.',
}
export type OverlayText = typeof overlayKo
