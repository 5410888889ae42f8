import type { OverlayText } from './overlay-ko.ts'

export const overlayEn: OverlayText = {
  title: 'OBS overlay',
  open: 'Addresses for OBS',
  intro:
    'Whoever has an address sees this channel’s overlay without logging in. What is masked stays masked; no originals, nobody’s history.',
  make: 'Make an address',
  name: 'Name (what is it for)',
  namePlaceholder: 'Broadcast computer',
  made: 'The address is made. It is shown this once. Paste it into a browser source of OBS.',
  copy: 'Copy',
  copied: 'Copied',
  look: 'Open',
  links: 'Addresses',
  none: 'No address yet',
  by: (name, date) => `${name} · ${date}`,
  revoke: 'Take back',
  revoked: 'The address is taken back. Overlays that showed it are off.',
  show: 'Show',
  shows: { chat: 'Chat', mood: 'Mood now', cloud: 'Words', alert: 'Alerts' },
  size: 'Letter size',
  max: 'Lines',
  fade: 'Fades after, seconds (0: never)',
  align: 'Side',
  aligns: { left: 'Left', right: 'Right' },
  strict: 'Leave out what is judged profane even where it is not masked',
  parameters: 'Further looks: add ink=ffffff, back=00000080, shadow=0 or lang=en to the address, with & between.',
}
