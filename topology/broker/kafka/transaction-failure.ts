/**
 * Why a transaction did not come to its end, as one of its steps found out, and what has to be done about it:
 *
 * abort: end it with an abort, then go on under a new epoch.
 * fenced: our epoch is no longer the newest; nothing can be ended under it.
 * settle: its end was asked for and the answer does not tell; a new epoch ends it whichever way it went.
 */
export class TransactionFailure extends Error {
  override readonly name = 'TransactionFailure'
  readonly remedy: 'abort' | 'fenced' | 'settle'
  readonly reason: Error
  readonly membershipLost: boolean
  /** It may have been committed. */
  readonly uncertain: boolean

  constructor(
    remedy: TransactionFailure['remedy'],
    reason: Error,
    more: { readonly membershipLost?: boolean; readonly uncertain?: boolean } = {},
  ) {
    super(reason.message, { cause: reason })
    this.remedy = remedy
    this.reason = reason
    this.membershipLost = more.membershipLost ?? false
    this.uncertain = more.uncertain ?? false
  }
}
