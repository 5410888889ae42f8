/** Line icons of one family, 16 px, drawn for this dashboard. */
const paths = {
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  dot: 'M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
  bell: 'M4 11.5V7a4 4 0 0 1 8 0v4.5l1 1H3zM6.8 14.3h2.4',
  bellOff:
    'M4 11.5V7c0-.7.2-1.400.5-2M6.500 3.300A4 4 0 0 1 12 7v2.500M10.500 12.500H3l1-1M6.800 14.300h2.400M2 2l12 12',
  eye: 'M1.500 8C3 5 5.300 3.500 8 3.500S13 5 14.500 8C13 11 10.700 12.500 8 12.500S3 11 1.500 8zM8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  search: 'M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zM10.400 10.400L14 14',
  pause: 'M5.500 3.500v9M10.500 3.500v9',
  down: 'M8 3v10M4 9l4 4 4-4',
  lock: 'M4 7.500h8V13H4zM5.500 7.500v-2a2.500 2.500 0 0 1 5 0v2',
  shield: 'M8 2l5 1.800V8c0 3-2.200 5-5 6-2.800-1-5-3-5-6V3.800z',
  mic: 'M8 2a2 2 0 0 0-2 2v4a2 2 0 0 0 4 0V4a2 2 0 0 0-2-2zM3.500 8a4.500 4.500 0 0 0 9 0M8 12.500V14',
  star: 'M8 2.500l1.700 3.600 3.800.500-2.800 2.700.700 3.900L8 11.300l-3.400 1.900.700-3.900L2.500 6.600l3.800-.500z',
  grip: 'M6 4v.1M6 8v.1M6 12v.1M10 4v.1M10 8v.1M10 12v.1',
  panels: 'M2.500 3.500h11v9h-11zM6.500 3.500v9M6.500 8h7',
  window: 'M2.500 4.500h7v8h-7zM6 4.500v-2h7.500v8H9.500',
  screen: 'M2 3.500h12v7.500H2zM5.500 13.500h5',
  help: 'M8 2.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11zM6.300 6.500a1.700 1.700 0 1 1 2.500 1.500c-.500.300-.800.600-.800 1.200M8 11v.1',
  check: 'M3 8.500l3.200 3.200L13 4.800',
  close: 'M4 4l8 8M12 4l-8 8',
  link: 'M6.500 9.500l3-3M7 5l1.800-1.800a2.900 2.900 0 0 1 4 4L11 9M9 11l-1.800 1.800a2.900 2.900 0 0 1-4-4L5 7',
  pulse: 'M2 8.500h2.500l2-5 3 9 2-4H14',
  broken: 'M2.500 8.500h3M10.500 8.500h3M6.500 6l3 5M9.500 6l-3 5',
  theme: 'M8 2.500a5.500 5.500 0 1 0 0 11zM8 2.500a5.500 5.500 0 0 1 0 11',
  download: 'M8 2.500V10M5 7.500L8 10.500l3-3M3 13.500h10',
  clock: 'M8 2.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11zM8 5v3.200l2 1.300',
  user: 'M8 2.500a2.700 2.700 0 1 0 0 5.400 2.700 2.700 0 0 0 0-5.400zM3 13.500c.600-2.600 2.500-4 5-4s4.400 1.400 5 4',
  right: 'M6 4l4 4-4 4',
  list: 'M5.500 4h8M5.500 8h8M5.500 12h8M2.500 4h.1M2.500 8h.1M2.500 12h.1',
  bars: 'M3 13V9M6.500 13V5M10 13V7.500M13.500 13V3',
  cloud: 'M2 5h5M9 5h5M2 8h3M7 8h7M2 11h7M11 11h3',
  chat: 'M2.500 3.500h11V11H7l-3 2.500V11H2.500z',
  gear: 'M2.500 5h6M11.500 5h2M10 3.500v3M2.500 11h2M7.500 11h6M6 9.500v3',
  coin: 'M8 3c2.800 0 5 .900 5 2s-2.200 2-5 2-5-.900-5-2 2.200-2 5-2zM3 5v6c0 1.100 2.200 2 5 2s5-.900 5-2V5M3 8c0 1.100 2.200 2 5 2s5-.900 5-2',
  stop: 'M4.500 4.500h7v7h-7z',
  trash: 'M3 4.500h10M6.500 4.500v-2h3v2M4.500 4.500l.600 9h5.800l.600-9',
  alert: 'M8 2.500l6.500 11h-13zM8 6.500V10M8 11.800v.2',
  globe:
    'M8 2.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11zM2.500 8h11M8 2.500c-3.500 3.500-3.500 7.500 0 11M8 2.500c3.500 3.500 3.500 7.500 0 11',
  smile:
    'M8 2.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11zM6 6.500v.200M10 6.500v.200M5.500 9.500c1.200 1.800 3.800 1.800 5 0',
} as const

export type IconName = keyof typeof paths

export function Icon({ name, small = false, className = '' }: { name: IconName; small?: boolean; className?: string }) {
  return (
    <svg className={`icon${small ? ' small' : ''} ${className}`} aria-hidden="true">
      <use href={`#icon-${name}`} />
    </svg>
  )
}

/** The drawings that `Icon` points to, once a page, and the hatching that means "not known". */
export function IconSheet() {
  return (
    <svg width="0" height="0" className="sheet" aria-hidden="true">
      <defs>
        <pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M0 0V5" className="hatch-line" />
        </pattern>
      </defs>
      {Object.entries(paths).map(([name, d]) => (
        <symbol key={name} id={`icon-${name}`} viewBox="0 0 16 16">
          <path d={d} />
        </symbol>
      ))}
    </svg>
  )
}

/** Mood as a sign, so that colour is never alone. */
export const moodIcon = { negative: 'minus', neutral: 'dot', positive: 'plus' } as const
