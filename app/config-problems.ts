import { readConfig } from './config.ts'
import type { Environment } from './environment.ts'
import { codeOf, messageOf } from './errors.ts'

export interface ConfigFindings {
  /** Each would end a start. */
  readonly problems: readonly string[]
  /** Names of ours that are set and that nothing reads as things are: misspelt, or of something that is switched off. */
  readonly withoutEffect: readonly string[]
}

/** Ours, and read elsewhere than in the configuration: by models and by tools. */
const readElsewhere: readonly string[] = [
  ...['JAVAS_CONFIG', 'JAVAS_DATA_SETS', 'JAVAS_EMOTE_SCORES', 'JAVAS_NATIVE_TENSORFLOW', 'JAVAS_KIWI_PYTHON'],
  ...['JAVAS_DEV_SERVICES', 'JAVAS_KAFKA_JARS', 'JAVAS_DEPLOY_TOOLS', 'JAVAS_BACKENDS'],
]
/** Read as a group. */
const families = /^JAVAS_(ENDPOINT|KEY)_/

/**
 * Everything that is wrong with the environment, not only what a start would stumble over first: what a problem names is
 * taken away and the rest is read again.
 */
export function findConfigProblems(env: Environment): ConfigFindings {
  const left: { [name: string]: string | undefined } = { ...env }
  const gone = new Set<string>()
  const problems: string[] = []
  for (;;) {
    const read = new Set<string>()
    let listed = ''
    const watched = new Proxy(left, {
      // Who goes through all of them asks for each in this way first: that is not reading it.
      getOwnPropertyDescriptor(target, name: string) {
        listed = name
        return Object.getOwnPropertyDescriptor(target, name)
      },
      get(target, name: string) {
        if (name !== listed) read.add(name)
        listed = ''
        return target[name]
      },
    })
    try {
      readConfig(watched)
      const withoutEffect = Object.keys(left).filter(
        (name) => /^JAVAS_/.test(name) && left[name] && !read.has(name) && !families.test(name),
      )
      return { problems, withoutEffect: withoutEffect.filter((name) => !readElsewhere.includes(name)) }
    } catch (cause) {
      if (codeOf(cause) !== 'CONFIG_INVALID') throw cause
      const message = messageOf(cause)
      const named = new Set(message.match(/JAVAS_[A-Z0-9_]+/g) ?? [])
      const culprits = [...named].filter((name) => left[name] !== undefined)
      // A setting that only stands alone because we took its partner away is no problem of its own.
      if (![...named].some((name) => gone.has(name))) problems.push(...message.split(/\n(?=JAVAS_)/))
      if (culprits.length === 0) return { problems, withoutEffect: [] }
      for (const name of culprits) {
        gone.add(name)
        delete left[name]
      }
    }
  }
}
