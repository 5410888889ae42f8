import { useFetcher } from '@remix-run/react'
import type { RulesAnswer } from '../../routes/channel-rules.tsx'
import { useText } from '../../text/language.tsx'
import { Icon } from '../icon.tsx'
import { RulesAnswerNote } from './rules-answer.tsx'

interface AllowedAuthorsProps {
  readonly version: number
  readonly allowedAuthors: readonly string[]
}

/** People whose messages are never flagged; they are put here from their own page. */
export function AllowedAuthors({ version, allowedAuthors }: AllowedAuthorsProps) {
  const { t } = useText()
  const fetcher = useFetcher<RulesAnswer>()
  return (
    <section className="sheet-section" aria-labelledby="rules-authors">
      <h2 id="rules-authors">{t.rules.authors}</h2>
      <p className="note">{t.rules.authorsHint}</p>
      {allowedAuthors.length === 0 ? (
        <p className="muted">{t.rules.noAuthors}</p>
      ) : (
        <ul className="rows people-accounts">
          {allowedAuthors.map((authorId) => (
            <li key={authorId}>
              <bdi>{authorId}</bdi>
              <fetcher.Form method="post">
                <input type="hidden" name="intent" value="flag-author" />
                <input type="hidden" name="version" value={version} />
                <input type="hidden" name="authorId" value={authorId} />
                <button className="button small" type="submit" aria-label={t.rules.removeAuthor(authorId)}>
                  <Icon name="close" small /> {t.rules.takeOut}
                </button>
              </fetcher.Form>
            </li>
          ))}
        </ul>
      )}
      <RulesAnswerNote answer={fetcher.data} />
    </section>
  )
}
