import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openAccounts } from './account-store.ts'
import { qrCode, qrPath } from './qr-code.ts'
import { seal, unseal } from './sealed-secret.ts'
import { base32, matchingStep, otpauthUri, STEP_MS, totpCode } from './totp.ts'

const folder = mkdtempSync(join(tmpdir(), 'javas-second-factor-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const passwordCost = 1024
const password = 'correct horse battery'
const secret = Buffer.from('12345678901234567890')

test('codes are those of RFC 6238, appendix B', () => {
  for (const [seconds, code] of [
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ] as const)
    assert.equal(totpCode(secret, Math.floor(seconds / 30), 8), code)
})

test('the secret is written as RFC 4648 does, and named for the app', () => {
  for (const [bytes, text] of [
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foob', 'MZXW6YQ'],
    ['foobar', 'MZXW6YTBOI'],
  ] as const)
    assert.equal(base32(Buffer.from(bytes)), text)
  assert.equal(
    otpauthUri(secret, '달 무리'),
    'otpauth://totp/JAVAS:%EB%8B%AC%20%EB%AC%B4%EB%A6%AC?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=JAVAS',
  )
})

test('a code holds a step before and after its own, and none that was used or is older', () => {
  const step = 50_000_000
  const at = (moved: number) => (step + moved) * STEP_MS
  for (const moved of [-1, 0, 1]) assert.equal(matchingStep(secret, totpCode(secret, step), at(moved), 0), step)
  for (const moved of [-2, 2]) assert.equal(matchingStep(secret, totpCode(secret, step), at(moved), 0), null)
  assert.equal(matchingStep(secret, totpCode(secret, step), at(0), step), null)
  assert.equal(matchingStep(secret, totpCode(secret, step - 1), at(0), step), null)
  for (const code of ['', '12345', '1234567', 'abcdef', '１２３４５６'])
    assert.equal(matchingStep(secret, code, at(0), 0), null, code)
  assert.equal(matchingStep(secret, ` ${totpCode(secret, step).replace(/^.../, '$& ')} `, at(0), 0), step)
})

test('a stored secret opens under its key and for its owner alone', () => {
  const [key, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
  const sealed = seal(secret, key, 'Kim')
  assert.deepEqual(unseal(sealed, key, 'kim'), secret)
  assert.equal(unseal(sealed, other, 'kim'), null)
  assert.equal(unseal(sealed, key, 'lee'), null)
  assert.equal(unseal(`${sealed.slice(0, -2)}AA`, key, 'kim'), null)
  assert.equal(unseal('', key, 'kim'), null)
  assert.notEqual(seal(secret, key, 'kim'), sealed)
})

test('a QR code is module for module what another encoder (python-qrcode 8) draws with the same mask', () => {
  const hashOf = (text: string) =>
    createHash('sha256')
      .update(
        qrCode(text)
          .map((row) => row.map(Number).join(''))
          .join('\n'),
      )
      .digest('hex')
      .slice(0, 16)
  assert.equal(hashOf('A'), 'bc9009ae87ca68f1')
  assert.equal(hashOf('q'.repeat(40)), '93f01abb8324eb4c')
  assert.equal(hashOf(otpauthUri(secret, 'kim')), 'a55da6bfe0c828a1')
  assert.equal(hashOf('y'.repeat(150)), '230adb2b282df71c')
  assert.equal(hashOf('z'.repeat(213)), 'f6862dc828d614e5')
  assert.throws(() => qrCode('z'.repeat(214)), RangeError)
  // The longest name an account can have.
  assert.equal(qrPath(otpauthUri(secret, '가'.repeat(40))).size, 57 + 8)
})

async function enrolled(clock: { at: number }, path = ':memory:') {
  const accounts = await openAccounts({ path, passwordCost, now: () => clock.at })
  await accounts.add('kim', 'moderator', password)
  const offered = await accounts.offerSecondFactor('kim')
  const code = () => totpCode(offered, Math.floor(clock.at / STEP_MS))
  const recovery = await accounts.confirmSecondFactor('kim', code())
  return { accounts, code, recovery, offered }
}
const wrong = { code: 'SECOND_FACTOR_WRONG' }

test('a second factor holds from its first right code on, and a login then takes both', async () => {
  const clock = { at: 1_800_000_000_000 }
  const accounts = await openAccounts({ path: ':memory:', passwordCost, now: () => clock.at })
  await accounts.add('kim', 'moderator', password)
  const offered = await accounts.offerSecondFactor('kim')
  assert.equal((await accounts.logIn('kim', password))!.needsCode, false, 'not before it is confirmed')
  await assert.rejects(accounts.confirmSecondFactor('kim', '000000'), wrong)
  const code = () => totpCode(offered, Math.floor(clock.at / STEP_MS))
  assert.equal((await accounts.confirmSecondFactor('kim', code())).length, 10)
  const half = (await accounts.logIn('kim', password))!
  assert.equal(half.needsCode, true)
  assert.equal(await accounts.who(half.token), null, 'the password alone opens nothing')
  assert.equal(await accounts.halfLogIn(half.token), 'kim')
  await assert.rejects(accounts.finishLogIn(half.token, code()), wrong, 'the code that confirmed it is spent')
  clock.at += STEP_MS
  const whole = (await accounts.finishLogIn(half.token, code()))!
  assert.deepEqual([whole.name, whole.role, whole.byRecoveryCode], ['kim', 'moderator', false])
  assert.equal((await accounts.who(whole.token))?.name, 'kim')
  assert.equal(await accounts.finishLogIn(half.token, code()), null, 'a login is finished once')
  await accounts.close()
})

test('a code is taken once, however many come with it at once', async () => {
  const clock = { at: 1_800_000_000_000 }
  const { accounts, code } = await enrolled(clock)
  clock.at += STEP_MS
  const halves = await Promise.all([1, 2, 3].map(async () => (await accounts.logIn('kim', password))!.token))
  const got = await Promise.allSettled(halves.map((token) => accounts.finishLogIn(token, code())))
  assert.equal(got.filter(({ status }) => status === 'fulfilled').length, 1)
  await accounts.close()
})

test('a login waits five minutes for its code, and ends with a new password', async () => {
  const clock = { at: 1_800_000_000_000 }
  const { accounts, code } = await enrolled(clock)
  const late = (await accounts.logIn('kim', password))!.token
  clock.at += 5 * 60_000
  assert.equal(await accounts.finishLogIn(late, code()), null)
  const stale = (await accounts.logIn('kim', password))!.token
  await accounts.setPassword('kim', password)
  assert.equal(await accounts.finishLogIn(stale, code()), null)
  await accounts.close()
})

test('each recovery code lets in once, however it is typed', async () => {
  const clock = { at: 1_800_000_000_000 }
  const { accounts, recovery } = await enrolled(clock)
  assert.equal(new Set(recovery).size, 10)
  const enter = async (code: string) => accounts.finishLogIn((await accounts.logIn('kim', password))!.token, code)
  assert.equal((await enter(recovery[0]!.toLowerCase().replaceAll('-', ' ')))!.byRecoveryCode, true)
  await assert.rejects(enter(recovery[0]!), wrong)
  assert.equal((await accounts.secondFactor('kim')).recoveryCodes, 9)
  const renewed = await accounts.renewRecoveryCodes('kim', recovery[1]!)
  await assert.rejects(enter(recovery[2]!), wrong, 'the old ones are void')
  assert.ok(await enter(renewed[0]!))
  await accounts.close()
})

test('after ten wrong codes none is taken for a quarter of an hour, the right one neither', async () => {
  const clock = { at: 1_800_000_000_000 }
  const { accounts, code, recovery } = await enrolled(clock)
  const enter = async (typed: string) => accounts.finishLogIn((await accounts.logIn('kim', password))!.token, typed)
  clock.at += STEP_MS
  for (let tried = 0; tried < 10; tried += 1) await assert.rejects(enter('000000'), wrong)
  for (const typed of [code(), recovery[0]!]) await assert.rejects(enter(typed), { code: 'SECOND_FACTOR_LOCKED' })
  clock.at += 15 * 60_000
  assert.ok(await enter(code()))
  await accounts.close()
})

test('it is switched off with a code of it, or reset by the owner, who ends the sessions too', async () => {
  const clock = { at: 1_800_000_000_000 }
  const { accounts, code, recovery } = await enrolled(clock)
  await assert.rejects(accounts.endSecondFactor('kim', '000000'), wrong)
  const session = (await accounts.finishLogIn((await accounts.logIn('kim', password))!.token, recovery[0]!))!
  assert.equal(await accounts.resetSecondFactor('kim'), true)
  assert.equal(await accounts.who(session.token), null)
  assert.equal((await accounts.logIn('kim', password))!.needsCode, false)
  assert.equal(await accounts.resetSecondFactor('kim'), false)
  await assert.rejects(accounts.endSecondFactor('kim', code()), { code: 'SECOND_FACTOR_OFF' })
  await accounts.close()
})

test('where it is required moderators and owners must set it up first, and viewers need not', async () => {
  const clock = { at: 1_800_000_000_000 }
  const { accounts, recovery } = await enrolled(clock)
  await accounts.add('lee', 'moderator', password)
  await accounts.add('seo', 'viewer', password, { 'twitch:a': 'viewer' })
  await accounts.setRequiresSecondFactor(true)
  const must = async (name: string) => (await accounts.who((await accounts.logIn(name, password))!.token))!.mustEnrol
  assert.deepEqual([await must('lee'), await must('seo')], [true, false])
  const kim = (await accounts.finishLogIn((await accounts.logIn('kim', password))!.token, recovery[0]!))!
  assert.equal((await accounts.who(kim.token))!.mustEnrol, false)
  await accounts.setRequiresSecondFactor(false)
  assert.equal(await must('lee'), false)
  await accounts.close()
})

test('neither a secret nor a recovery code is in the files, and under another key a code is not taken but a recovery code is', async () => {
  const clock = { at: 1_800_000_000_000 }
  const path = join(folder, 'sealed.db')
  const { accounts, code, recovery, offered } = await enrolled(clock, path)
  await accounts.close()
  const bytes = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name)).toString('latin1'))
    .join('')
  for (const plain of [
    Buffer.from(offered).toString('latin1'),
    base32(offered),
    recovery[0]!,
    recovery[0]!.replaceAll('-', ''),
  ])
    assert.equal(bytes.includes(plain), false)
  const moved = await openAccounts({ path, passwordCost, now: () => clock.at })
  clock.at += STEP_MS
  const { token } = (await moved.logIn('kim', password))!
  await assert.rejects(moved.finishLogIn(token, code()), { code: 'SECOND_FACTOR_KEY_LOST' })
  assert.ok(await moved.finishLogIn(token, recovery[0]!))
  await moved.close()
})
