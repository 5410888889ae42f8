import { useFetcher } from '@remix-run/react'
import { useState } from 'react'
import { channelPath } from '../../channel-path.ts'
import type { RulesAnswer } from '../../routes/channel-rules.tsx'
import type { DryRunAnswer } from '../../routes/channel-rules-dry-run.ts'
import { useText } from '../../text/language.tsx'
import { DryRunReport } from './dry-run-report.tsx'
import { RuleTestBox } from './rule-test-box.tsx'
import { RulesAnswerNote } from './rules-answer.tsx'

interface NewRulesProps {
  readonly channelId: string
  readonly version: number
  readonly broadcasts: readonly { readonly broadcastId: string; readonly title: string; readonly startedAt: number }[]
}

/** Rules being written: tried on a text, on what was said lately, then saved. */
export function NewRules({ channelId, version, broadcasts }: NewRulesProps) {
  const { t, format } = useText()
  const [patterns, setPatterns] = useState('')
  const [scope, setScope] = useState('hour')
  const [kind, setKind] = useState({ list: 'block', form: 'literal', severity: '2', note: '' })
  const saving = useFetcher<RulesAnswer>()
  const trying = useFetcher<DryRunAnswer>()
  const draft = { ...kind, patterns }
  const choose = (name: keyof typeof kind) => (event: { currentTarget: { value: string } }) =>
    setKind({ ...kind, [name]: event.currentTarget.value })
  const isEmpty = patterns.trim() === ''
  const dryRun = () =>
    trying.submit({ ...draft, scope }, { method: 'post', action: channelPath(channelId, '/rules/dry-run') })
  return (
    <section className="rules-new sheet-section" aria-labelledby="rules-new">
      <h2 id="rules-new">{t.rules.new}</h2>
      <div className="rules-pair">
        <saving.Form method="post" action={channelPath(channelId, '/rules')} className="stack">
          <input type="hidden" name="intent" value="add" />
          <input type="hidden" name="version" value={version} />
          <div className="rules-kinds">
            <label className="field">
              {t.rules.list}
              <select name="list" value={kind.list} onChange={choose('list')}>
                <option value="block">{t.rules.lists.block}</option>
                <option value="allow">{t.rules.lists.allow}</option>
              </select>
            </label>
            <label className="field">
              {t.rules.form}
              <select name="form" value={kind.form} onChange={choose('form')}>
                <option value="literal">{t.rules.forms.literal}</option>
                <option value="wildcard">{t.rules.forms.wildcard}</option>
                <option value="regex">{t.rules.forms.regex}</option>
              </select>
            </label>
            <label className="field">
              {t.rules.severity}
              <select
                name="severity"
                value={kind.severity}
                onChange={choose('severity')}
                disabled={kind.list === 'allow'}
              >
                {[1, 2, 3].map((severity) => (
                  <option key={severity} value={severity}>
                    {t.severity[severity]}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <label className="field">
            {t.rules.patterns}
            <textarea
              name="patterns"
              rows={5}
              required
              value={patterns}
              onChange={(event) => setPatterns(event.currentTarget.value)}
              maxLength={500_000}
              spellCheck={false}
              aria-describedby="rules-form-hint"
            />
          </label>
          <p className="note" id="rules-form-hint">
            {t.rules.formHints[kind.form as 'literal' | 'wildcard' | 'regex']}
          </p>
          <label className="field">
            {t.rules.note}
            <input type="text" name="note" value={kind.note} onChange={choose('note')} maxLength={200} />
          </label>
          <div className="rules-actions">
            <label className="field">
              {t.rules.dryScope}
              <select value={scope} onChange={(event) => setScope(event.currentTarget.value)}>
                <option value="hour">{t.rules.lastHour}</option>
                {broadcasts.map(({ broadcastId, title, startedAt }) => (
                  <option key={broadcastId} value={`broadcast ${broadcastId}`}>
                    {format.date(startedAt)} {title}
                  </option>
                ))}
              </select>
            </label>
            <button type="button" className="button" disabled={isEmpty || trying.state !== 'idle'} onClick={dryRun}>
              {trying.state === 'idle' ? t.rules.dryRun : t.rules.dryRunning}
            </button>
            <button type="submit" className="button key" disabled={saving.state !== 'idle'}>
              {t.rules.save}
            </button>
          </div>
          <RulesAnswerNote
            answer={saving.data}
            lines={patterns
              .split('\n')
              .map((line) => line.trim())
              .filter(Boolean)}
          />
        </saving.Form>
        <RuleTestBox channelId={channelId} draft={draft} />
      </div>
      {trying.data && <DryRunReport answer={trying.data} channelId={channelId} />}
    </section>
  )
}
