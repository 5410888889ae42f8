import { contactMail } from '#sinks/email.ts'
import type { ContactMessage } from '../../dashboard/alarms-description.ts'
import { JavasError } from '../errors.ts'
import type { NotifyConfig } from './notify-config.ts'

/** What somebody wrote in the contact form, to the one recipient of the configuration. @throws JavasError CONTACT_OFF, NotifyError */
export async function sendContact({ smtp, from, contactTo }: NotifyConfig, message: ContactMessage): Promise<void> {
  if (!smtp || !contactTo)
    throw new JavasError('CONTACT_OFF', 'nobody is named to write to: set JAVAS_CONTACT_TO and JAVAS_SMTP_URL.')
  await contactMail({ server: smtp, from, to: contactTo, ...message })
}
