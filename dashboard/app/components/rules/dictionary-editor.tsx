import { useFetcher } from '@remix-run/react'
import type { DictionaryWord } from '#schemas/types.ts'
import type { RulesAnswer } from '../../routes/channel-rules.tsx'
import { useText } from '../../text/language.tsx'
import { RulesAnswerNote } from './rules-answer.tsx'

interface DictionaryEditorProps {
  readonly version: number
  readonly dictionary: readonly DictionaryWord[]
}

/** The channel's own words: streamers, items, memes, and how else people spell them. */
export function DictionaryEditor({ version, dictionary }: DictionaryEditorProps) {
  const { t } = useText()
  const fetcher = useFetcher<RulesAnswer>()
  const text = dictionary
    .map(({ word, variants }) => (variants.length === 0 ? word : `${word}: ${variants.join(', ')}`))
    .join('\n')
  return (
    <section className="sheet-section" aria-labelledby="rules-dictionary">
      <h2 id="rules-dictionary">{t.rules.dictionary}</h2>
      <fetcher.Form method="post" className="stack">
        <input type="hidden" name="intent" value="dictionary" />
        <input type="hidden" name="version" value={version} />
        <label className="field">
          {t.rules.dictionaryHint}
          <textarea key={version} name="words" rows={6} defaultValue={text} maxLength={200_000} spellCheck={false} />
        </label>
        <div>
          <button type="submit" className="button" disabled={fetcher.state !== 'idle'}>
            {t.rules.saveDictionary}
          </button>
        </div>
      </fetcher.Form>
      <RulesAnswerNote answer={fetcher.data} lines={text.split('\n')} />
    </section>
  )
}
