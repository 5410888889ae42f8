import { type ActionFunctionArgs, redirect } from '@remix-run/node'
import { clearedSessionCookie, sessionToken } from '../session-cookie.server.ts'

export async function action({ request, context }: ActionFunctionArgs) {
  const token = sessionToken(request, context.secure)
  if (token) await context.accounts.logOut(token)
  if (token && context.identity) context.tell({ kind: 'logout' })
  return redirect('/login', { headers: { 'Set-Cookie': clearedSessionCookie(context.secure) } })
}

export const loader = () => redirect('/')
