import type { Notifier } from '#sinks/notify/notifier.ts'
import type { NotifyConfig } from './notify-config.ts'

/** The notifiers that are configured. Their libraries are loaded only then. */
export async function openNotifiers(config: NotifyConfig): Promise<Notifier[]> {
  const { slack, email, webhook, smtp, timeZone, publicUrl } = config
  const notifiers: Notifier[] = []
  if (slack) {
    const { slackNotifier } = await import('#sinks/slack.ts')
    const { target, language } = slack
    notifiers.push(slackNotifier({ target, style: { language, timeZone, publicUrl } }))
  }
  if (email && smtp) {
    const { emailNotifier } = await import('#sinks/email.ts')
    const { from, to, language } = email
    notifiers.push(emailNotifier({ server: smtp, from, to, style: { language, timeZone, publicUrl } }))
  }
  if (webhook) {
    const { webhookNotifier } = await import('#sinks/webhook.ts')
    const { url, secret, language } = webhook
    notifiers.push(webhookNotifier({ url, secret, style: { language, timeZone, publicUrl } }))
  }
  return notifiers
}
