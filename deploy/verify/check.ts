/** A file or folder of deploy/ held against a real tool. */
export interface Check {
  readonly name: string
  /** Globs below deploy/ of what it speaks for. */
  readonly files: readonly string[]
  /** Only when asked for: minutes the first time. Its flag is `--NAME`. */
  readonly isLong?: boolean
  /** Resolves to a few words about what was seen. @throws ToolFailed */
  run(): Promise<string> | string
}
