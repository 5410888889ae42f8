/** What YouTube writes for money, such as `₩5,000`, `US$2.00`, `PLN 5.00`, with or without a no-break space. */
import type { AmountDraft } from '../chat-message.ts'

const symbols: { readonly [symbol: string]: string } = {
  '₩': 'KRW',
  '￦': 'KRW',
  '¥': 'JPY',
  '￥': 'JPY',
  'JP¥': 'JPY',
  'CN¥': 'CNY',
  $: 'USD',
  US$: 'USD',
  A$: 'AUD',
  AU$: 'AUD',
  CA$: 'CAD',
  C$: 'CAD',
  NZ$: 'NZD',
  HK$: 'HKD',
  NT$: 'TWD',
  MX$: 'MXN',
  S$: 'SGD',
  R$: 'BRL',
  '€': 'EUR',
  '£': 'GBP',
  '₹': 'INR',
  '₱': 'PHP',
  '₫': 'VND',
  '₪': 'ILS',
  '฿': 'THB',
  '₽': 'RUB',
  '₴': 'UAH',
  '₺': 'TRY',
  '₦': 'NGN',
}
/** These have no smaller unit: every separator groups thousands. */
const whole = new Set(['KRW', 'JPY', 'VND', 'CLP', 'HUF', 'ISK', 'PYG', 'UGX', 'IDR', 'COP'])

/** Null when there is no number in it. An unknown sign stays as the currency: the platform's own form is kept beside it. */
export function purchaseAmount(raw: string): AmountDraft | null {
  const match = /^([^\d]{0,12}?)\s*(\d[\d.,\s\u00a0\u202f]{0,30}?)\s*([^\d.,\s][^\d]{0,10})?$/u.exec(raw.trim())
  if (!match) return null
  const sign = (match[1] || match[3] || '').replace(/[\s\u00a0\u202f]/g, '')
  const currency = symbols[sign] ?? (/^[A-Z]{3}$/.test(sign) ? sign : sign || 'unknown')
  const value = numberOf(match[2]!.replace(/[\s\u00a0\u202f]/g, ''), whole.has(currency))
  return value === null ? null : { value, currency, raw }
}

function numberOf(text: string, isWhole: boolean): number | null {
  const last = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','))
  const decimals = last < 0 ? '' : text.slice(last + 1)
  // 5,000 groups; 4,99 and 4.99 do not.
  const hasDecimals = !isWhole && decimals.length > 0 && decimals.length < 3
  const digits = (hasDecimals ? text.slice(0, last) : text).replace(/[.,]/g, '')
  const value = Number(hasDecimals ? `${digits}.${decimals}` : digits)
  return digits !== '' && Number.isFinite(value) ? value : null
}
