/** Why something of an account could not be done. */
export type AccountErrorCode =
  | 'ACCOUNT_NAME_INVALID'
  | 'ACCOUNT_PASSWORD_WEAK'
  | 'ACCOUNT_EXISTS'
  | 'ACCOUNT_CHANNELS_INVALID'
  | 'ACCOUNT_STORE_FAILED'
  | SecondFactorErrorCode

/** Why a code, or what asks for one, is not taken. */
export type SecondFactorErrorCode =
  | 'SECOND_FACTOR_WRONG'
  | 'SECOND_FACTOR_LOCKED'
  | 'SECOND_FACTOR_OFF'
  | 'SECOND_FACTOR_KEY_LOST'

export class AccountError extends Error {
  override readonly name = 'AccountError'
  readonly code: AccountErrorCode

  constructor(code: AccountErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
