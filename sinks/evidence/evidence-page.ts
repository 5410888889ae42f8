/** The pack's page for people: Korean and English side by side, no script, nothing from outside, every text escaped. */
import type { ProfanitySpan } from '#schemas/types.ts'
import type { EvidenceContents, EvidenceEntry, EvidenceRecord } from './evidence.ts'

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => escapes[sign]!)

const time = (at: number): string =>
  Math.abs(at) < 8.64e15 ? new Date(at).toISOString().replace('T', ' ') : String(at)

export function evidencePage(contents: EvidenceContents, entries: readonly EvidenceEntry[], keyName: string): string {
  const of = <K extends EvidenceRecord['kind']>(kind: K) =>
    entries.flatMap(({ number, hash, record }) =>
      record.kind === kind ? [{ number, hash, record: record as Extract<EvidenceRecord, { kind: K }> }] : [],
    )
  const messages = of('message').map(({ number, hash, record: { role, rulesVersion, message } }) => {
    const { message: chat, profanity, severity, sentiment, abuse, deletedAt } = message
    return `<tr class="${role}"><td>${number}</td><td>${time(chat.timestamp)}</td>
<td><bdi>${escapeHtml(chat.author.name)}</bdi><br><code>${escapeHtml(chat.author.id)}</code></td>
<td><bdi>${marked(chat.text, profanity)}</bdi>${deletedAt === null ? '' : `<br><small>삭제됨 deleted ${time(deletedAt)}</small>`}</td>
<td>${severity}</td><td>${escapeHtml(profanity.map(({ rule }) => rule).join(', '))}<br><small>${rulesVersion > 0 ? `채널 규칙 channel rules v${rulesVersion} ` : ''}${escapeHtml([sentiment?.model, abuse?.model].filter(Boolean).join(', '))}</small></td>
<td><code>${escapeHtml(chat.id)}</code><br><small><code>${hash}</code></small></td></tr>`
  })
  const actions = of('action').map(
    ({ number, record: { action } }) => `<tr><td>${number}</td><td>${time(action.at)}</td>
<td><bdi>${escapeHtml(action.by)}</bdi> (${escapeHtml(action.role)})</td><td>${escapeHtml(action.kind)}</td>
<td><bdi>${escapeHtml([action.text, ...Object.entries(action.details).map(([name, value]) => `${name}: ${value}`)].filter(Boolean).join(' · '))}</bdi></td>
<td><code>${escapeHtml(action.messageId)}</code></td></tr>`,
  )
  const sanctions = of('platform-sanction').map(
    ({ number, record: { sanction } }) =>
      `<tr><td>${number}</td><td>${time(sanction.at)}</td><td>${
        sanction.seconds === null
          ? '기간 모름 not said'
          : sanction.seconds === 0
            ? '영구 for ever'
            : `${sanction.seconds} s`
      }</td><td><code>${escapeHtml(sanction.id)}</code></td></tr>`,
  )
  return `<!doctype html>
<html lang="ko"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>증거 묶음 · Evidence pack</title>
<style>body{font:15px/1.5 system-ui,"Noto Sans KR",sans-serif;max-width:1100px;margin:24px auto;padding:0 16px;color:#14181c;background:#fff}
table{border-collapse:collapse;width:100%;margin:8px 0 24px}td,th{border:1px solid #bfc5cb;padding:4px 8px;text-align:left;vertical-align:top;overflow-wrap:anywhere}
tr.context{color:#5a636d}tr.chosen{background:#f5f6f6}mark{background:#ecbe9f}code{font-size:12px}small{color:#434b54}</style></head><body>
<h1>증거 묶음 <span lang="en">Evidence pack</span></h1>
<p>채널 channel <code>${escapeHtml(contents.channelId)}</code> · 사람 person <bdi>${escapeHtml(contents.names.join(', '))}</bdi> <code>${escapeHtml(contents.authorId)}</code></p>
<p>${time(contents.madeAt)} UTC · <bdi>${escapeHtml(contents.madeBy)}</bdi> · JAVAS ${escapeHtml(contents.program)}</p>
<p>이 페이지는 읽기 위한 것입니다. 바뀌지 않았는지는 <code>javas evidence verify</code>로 확인하세요. <span lang="en">This page is for reading;
<code>javas evidence verify</code> tells whether the pack is unchanged.</span><br>서명 키 signing key <code>${escapeHtml(keyName)}</code></p>
<h2>메시지 <span lang="en">Messages</span></h2>
<table><thead><tr><th>#</th><th>때 time (UTC)</th><th>누가 who</th><th>글 text</th><th>단계 severity</th><th>규칙·모델 rules, models</th><th>번호·해시 id, hash</th></tr></thead><tbody>
${messages.join('\n')}
</tbody></table>
<h2>누가 보았고 무엇을 했나 <span lang="en">Who saw it, and what was done</span></h2>
<table><thead><tr><th>#</th><th>때 time</th><th>누가 who</th><th>무엇을 what</th><th>내용 text</th><th>메시지 message</th></tr></thead><tbody>
${actions.join('\n')}
</tbody></table>
<h2>플랫폼의 제재 <span lang="en">Sanctions of the platform</span></h2>
<table><thead><tr><th>#</th><th>때 time</th><th>얼마나 how long</th><th>번호 id</th></tr></thead><tbody>
${sanctions.join('\n')}
</tbody></table></body></html>
`
}

/** The text with what a rule found marked; spans may overlap. */
function marked(text: string, spans: readonly ProfanitySpan[]): string {
  let html = ''
  let at = 0
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    if (end <= at) continue
    const from = Math.max(at, start)
    html += `${escapeHtml(text.slice(at, from))}<mark>${escapeHtml(text.slice(from, end))}</mark>`
    at = end
  }
  return html + escapeHtml(text.slice(at))
}
