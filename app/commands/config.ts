import { environment } from '../config.ts'
import { findConfigProblems } from '../config-problems.ts'
import { exitCodes } from '../exit-codes.ts'

/** Says everything that is wrong with the settings at once; starts nothing. */
export function checkConfig(): void {
  const { problems, withoutEffect } = findConfigProblems(environment())
  for (const problem of problems) process.stdout.write(`wrong: ${problem}\n`)
  for (const name of withoutEffect)
    process.stdout.write(`without effect: ${name} is set, and nothing reads it as things are\n`)
  if (problems.length > 0) process.exitCode = exitCodes['the configuration is wrong']
  else process.stdout.write('the configuration is good\n')
}
