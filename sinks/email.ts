/**
 * Notifications by e-mail. At least once; every copy of one notification has the same `Message-ID`, by which mail servers and
 * programs know it again, and what tells more of it answers the message that told the beginning.
 */
import { createHash } from 'node:crypto'
import { createTransport } from 'nodemailer'
import type { Notification } from '#schemas/types.ts'
import { failureOfRequest } from './notify/http-failure.ts'
import { type MessageStyle, type MessageText, messageText } from './notify/message-text.ts'
import { neutralText } from './notify/neutral-text.ts'
import { type Notifier, NotifyError } from './notify/notifier.ts'
import { type SmtpServer, smtpTransport } from './notify/smtp-server.ts'

export interface EmailOptions {
  readonly server: SmtpServer
  readonly from: string
  readonly to: readonly string[]
  readonly style: MessageStyle
}

const LONGEST_SUBJECT = 200
const LONGEST_ANSWER = 200

export function emailNotifier({ server, from, to, style }: EmailOptions): Notifier {
  const transport = createTransport(smtpTransport(server))
  const host = from.slice(from.lastIndexOf('@') + 1).replace(/[^A-Za-z0-9.-]/g, '') || 'javas.invalid'
  const messageId = ({ id }: Pick<Notification, 'id'>) =>
    `<${createHash('sha256').update(id).digest('hex').slice(0, 32)}@${host}>`
  return {
    name: 'email',
    paceMs: 0,
    async deliver(notification, { mayRepeat, opened }) {
      const text = messageText(notification, style, mayRepeat)
      const thread = opened && { inReplyTo: messageId(opened.notification), references: messageId(opened.notification) }
      try {
        const { response, rejected } = await transport.sendMail({
          from,
          to: [...to],
          subject: [...text.title].slice(0, LONGEST_SUBJECT).join(''),
          messageId: messageId(notification),
          ...thread,
          text: plainMail(text),
          html: htmlMail(text, style.language),
          headers: {
            'Auto-Submitted': 'auto-generated',
            'X-Auto-Response-Suppress': 'All',
            'X-JAVAS-Key': encodeURIComponent(notification.id),
          },
          list: {
            id: { url: `alarms.${host}`, comment: 'JAVAS alarms' },
            ...(text.link && { help: { url: text.link, comment: 'alarms' } }),
          },
          // A text of ours never names a file or an address to fetch.
          disableFileAccess: true,
          disableUrlAccess: true,
        })
        const refused = rejected.length > 0 ? `; refused for ${rejected.length} of ${to.length}` : ''
        return { answer: `${response.slice(0, LONGEST_ANSWER)}${refused}`, reference: messageId(notification) }
      } catch (cause) {
        throw mailFailure(cause)
      }
    },
    async close() {
      transport.close()
    },
  }
}

/** 4xx is "later", 5xx is "never" (RFC 5321 4.2.1). */
export function mailFailure(cause: unknown): NotifyError {
  const {
    responseCode = 0,
    response = '',
    code = '',
  } = cause as {
    responseCode?: number
    response?: string
    code?: string
  }
  const said = (response || String((cause as Error).message)).slice(0, LONGEST_ANSWER)
  if (code === 'ETLS' || /certificate|\bTLS\b|\bSSL\b/i.test(said))
    return new NotifyError('NOTIFY_TLS', said, { cause })
  if (responseCode >= 500) return new NotifyError('NOTIFY_REFUSED', said, { cause })
  if (responseCode >= 400) return new NotifyError('NOTIFY_UNAVAILABLE', said, { cause })
  if (code === 'EENVELOPE' || code === 'EAUTH' || code === 'EMESSAGE')
    return new NotifyError('NOTIFY_REFUSED', said, { cause })
  return failureOfRequest(cause)
}

function plainMail({ title, parts, link, footer, labels }: MessageText): string {
  const sections = parts.map((part) =>
    [
      ...(parts.length > 1 ? [part.title] : []),
      ...part.lines,
      ...(part.samples.length > 0 ? ['', `${labels.samples}:`, ...part.samples.map((sample) => `  “${sample}”`)] : []),
      ...(part.link ? ['', `${labels.open}: ${part.link}`] : []),
      ...(part.runbook ? [`${labels.runbook}: ${part.runbook}`] : []),
    ].join('\n'),
  )
  return [title, ...sections, ...(link ? [`${labels.alarms}: ${link}`] : []), '-- ', footer].join('\n\n')
}

function htmlMail({ title, parts, link, footer, labels }: MessageText, language: string): string {
  const anchor = (url: string, label: string) => (url ? `<a href="${escapeHtml(url)}">${escapeHtml(label)}</a>` : '')
  const sections = parts.map(
    (part) =>
      `${parts.length > 1 ? `<h2 style="font-size:15px">${escapeHtml(part.title)}</h2>` : ''}
<ul>${part.lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul>
${part.samples.length > 0 ? `<p>${escapeHtml(labels.samples)}</p>${part.samples.map((sample) => `<blockquote>${escapeHtml(sample)}</blockquote>`).join('')}` : ''}
<p>${[anchor(part.link, labels.open), anchor(part.runbook, labels.runbook)].filter(Boolean).join(' · ')}</p>`,
  )
  return `<!doctype html><html lang="${language}"><meta charset="utf-8"><body style="font-family:sans-serif">
<h1 style="font-size:18px">${escapeHtml(title)}</h1>
${sections.join('\n<hr>\n')}
<p>${anchor(link, labels.alarms)}</p>
<p style="color:#666;font-size:12px">${escapeHtml(footer)}</p>
</body></html>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (letter) => ENTITIES[letter]!)

export interface ContactMail {
  readonly server: SmtpServer
  readonly from: string
  /** The only recipient there can be. */
  readonly to: string
  /** Of whoever wrote: stand in the text and in Reply-To, never in From, which would be forged. */
  readonly name: string
  readonly email: string
  readonly text: string
}

/** A message of the contact form, as plain text. @throws NotifyError */
export async function contactMail({ server, from, to, name, email, text }: ContactMail): Promise<void> {
  const transport = createTransport({ ...smtpTransport(server), pool: false })
  try {
    await transport.sendMail({
      from,
      to,
      replyTo: { name: neutralText(name, 80), address: email },
      subject: `JAVAS: ${neutralText(name, 80)}`,
      text: `${text}\n\n-- \n${neutralText(name, 80)}\n${email}`,
      headers: { 'Auto-Submitted': 'no' },
      disableFileAccess: true,
      disableUrlAccess: true,
    })
  } catch (cause) {
    throw mailFailure(cause)
  } finally {
    transport.close()
  }
}
