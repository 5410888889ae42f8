/** A store that is being brought up to the end of its changelog. */
export interface RestoreProgress {
  readonly task: string
  readonly store: string
  readonly partition: number
  /** Records read so far. */
  readonly restored: number
  /** By offsets: gaps count too. */
  readonly remaining: number
}
