import { type ActionFunctionArgs, redirect } from '@remix-run/node'
import { preferenceCookie } from '../preferences.ts'
import { safePath } from '../safe-path.ts'

export async function action({ request }: ActionFunctionArgs) {
  const form = await request.formData()
  const headers = new Headers()
  const theme = form.get('theme')
  const language = form.get('lang')
  if (theme === 'dark' || theme === 'light') headers.append('Set-Cookie', preferenceCookie('theme', theme))
  if (language === 'ko' || language === 'en') headers.append('Set-Cookie', preferenceCookie('lang', language))
  return redirect(safePath(form.get('back')), { headers })
}

export const loader = () => redirect('/')
