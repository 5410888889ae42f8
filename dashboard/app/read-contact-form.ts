import type { ContactMessage } from '../alarms-description.ts'

const ADDRESS = /^[^\s@<>,;:"()[\]\\]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+$/
const LONGEST = { name: 80, email: 200, text: 4_000 } as const

/** What somebody wrote; `trapped` when a field is filled in that people do not see. One line where one line belongs. */
export function readContactForm(form: FormData): ContactMessage | 'trapped' | 'invalid' {
  const field = (name: string) => String(form.get(name) ?? '').trim()
  if (field('website') !== '') return 'trapped'
  const [name, email, text] = [field('name'), field('email'), field('text')]
  const isLine = (line: string) => !/\p{Cc}/u.test(line)
  const isGood =
    name.length > 0 &&
    name.length <= LONGEST.name &&
    isLine(name) &&
    email.length <= LONGEST.email &&
    ADDRESS.test(email) &&
    text.length > 0 &&
    text.length <= LONGEST.text
  return isGood ? { name, email, text: text.replaceAll('\r\n', '\n') } : 'invalid'
}
