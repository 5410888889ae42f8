/** Line icons of one family, 16 px, drawn for this dashboard. */
export const paths = {
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  dot: 'M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
  bell: 'M4 11.5V7a4 4 0 0 1 8 0v4.5l1 1H3zM6.8 14.3h2.4',
  bellOff: 'M4 11.5V7c0-.7.2-1.4.5-2M6.5 3.3A4 4 0 0 1 12 7v2.5M10.5 12.5H3l1-1M6.8 14.3h2.4M2 2l12 12',
  eye: 'M1.5 8C3 5 5.3 3.5 8 3.5S13 5 14.5 8C13 11 10.7 12.5 8 12.5S3 11 1.5 8zM8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.4 10.4L14 14',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  down: 'M8 3v10M4 9l4 4 4-4',
  lock: 'M4 7.5h8V13H4zM5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2',
  shield: 'M8 2l5 1.8V8c0 3-2.2 5-5 6-2.8-1-5-3-5-6V3.8z',
  mic: 'M8 2a2 2 0 0 0-2 2v4a2 2 0 0 0 4 0V4a2 2 0 0 0-2-2zM3.5 8a4.5 4.5 0 0 0 9 0M8 12.5V14',
  star: 'M8 2.5l1.7 3.6 3.8.5-2.8 2.7.7 3.9L8 11.3l-3.4 1.9.7-3.9L2.5 6.6l3.8-.5z',
  grip: 'M6 4v.1M6 8v.1M6 12v.1M10 4v.1M10 8v.1M10 12v.1',
  panels: 'M2.5 3.5h11v9h-11zM6.5 3.5v9M6.5 8h7',
  window: 'M2.5 4.5h7v8h-7zM6 4.5v-2h7.5v8H9.5',
  screen: 'M2 3.5h12v7.5H2zM5.5 13.5h5',
  help: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM6.3 6.5a1.7 1.7 0 1 1 2.5 1.5c-.5.3-.8.6-.8 1.2M8 11v.1',
  check: 'M3 8.5l3.2 3.2L13 4.8',
  close: 'M4 4l8 8M12 4l-8 8',
  link: 'M6.5 9.5l3-3M7 5l1.8-1.8a2.9 2.9 0 0 1 4 4L11 9M9 11l-1.8 1.8a2.9 2.9 0 0 1-4-4L5 7',
  pulse: 'M2 8.5h2.5l2-5 3 9 2-4H14',
  broken: 'M2.5 8.5h3M10.5 8.5h3M6.5 6l3 5M9.5 6l-3 5',
  theme: 'M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11',
  download: 'M8 2.5V10M5 7.5L8 10.5l3-3M3 13.5h10',
  clock: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM8 5v3.2l2 1.3',
  user: 'M8 2.5a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4zM3 13.5c.6-2.6 2.5-4 5-4s4.4 1.4 5 4',
  right: 'M6 4l4 4-4 4',
  list: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.1M2.5 8h.1M2.5 12h.1',
  bars: 'M3 13V9M6.5 13V5M10 13V7.5M13.5 13V3',
  cloud: 'M2 5h5M9 5h5M2 8h3M7 8h7M2 11h7M11 11h3',
  chat: 'M2.5 3.5h11V11H7l-3 2.5V11H2.5z',
  gear: 'M2.5 5h6M11.5 5h2M10 3.5v3M2.5 11h2M7.5 11h6M6 9.5v3',
  coin: 'M8 3c2.8 0 5 .9 5 2s-2.2 2-5 2-5-.9-5-2 2.2-2 5-2zM3 5v6c0 1.1 2.2 2 5 2s5-.9 5-2V5M3 8c0 1.1 2.2 2 5 2s5-.9 5-2',
  stop: 'M4.5 4.5h7v7h-7z',
  trash: 'M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.6 9h5.8l.6-9',
  alert: 'M8 2.5l6.5 11h-13zM8 6.5V10M8 11.8v.2',
  globe:
    'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM2.5 8h11M8 2.5c-3.5 3.5-3.5 7.5 0 11M8 2.5c3.5 3.5 3.5 7.5 0 11',
  smile: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM6 6.5v.2M10 6.5v.2M5.5 9.5c1.2 1.8 3.8 1.8 5 0',
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
