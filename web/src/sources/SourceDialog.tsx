import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Input, Modal, Segmented } from 'antd'
import { useState } from 'react'
import { createSource, testSourceUrl, updateSource } from '../api/homes'
import type { Source, SourceList, Tested } from '../api/homeTypes'
import { Problem } from '../api/problem'
import { useProblem } from '../app/useProblem'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { testid } from '../testids'
import { blank, complete, formOf, goodName, parseAddress, proposeName, writeAddress, type Address } from './address'
import { AddressForm } from './AddressForm'
import { kindIcon, offered, useKindName } from './kinds'
import { TestSteps } from './TestSteps'

interface Props {
  list: SourceList
  source?: Source
  close: () => void
  saved: (s: Source) => void
}

/** Adds a source, or changes one: a form and the address itself, kept in step. */
export function SourceDialog({ list, source, close, saved }: Props) {
  const { t } = useI18n()
  const problem = useProblem()
  const client = useQueryClient()
  const kindName = useKindName()
  const schemes = offered(list.kinds.map((k) => k.scheme))
  const [address, setAddress] = useState<Address>(() => (source && parseAddress(source.url)) ?? blank(schemes[0] ?? 'postgres'))
  const [text, setText] = useState(source?.url ?? '')
  const [mode, setMode] = useState<'form' | 'url'>(source && formOf(source.kind) === 'address' ? 'url' : 'form')
  const [name, setName] = useState<string | undefined>(source?.name)
  const [note, setNote] = useState(source?.note ?? '')
  const [priv, setPriv] = useState(source?.allow_private ?? false)
  const [tested, setTested] = useState<Tested>()

  const onlyUrl = formOf(address.scheme) === 'address'
  const byUrl = mode === 'url' || onlyUrl
  const url = byUrl ? text.trim() : writeAddress(address)
  const ready = byUrl ? parseAddress(text) !== undefined : complete(address)
  const proposed = ready ? proposeName(parseAddress(url) ?? address, list.items.map((s) => s.name)) : ''
  const finalName = name ?? proposed
  const changeAddress = (a: Address) => {
    setAddress(a)
    setText(complete(a) ? writeAddress(a) : '')
    setTested(undefined)
  }
  const changeText = (s: string) => {
    setText(s)
    setTested(undefined)
    const a = parseAddress(s)
    if (a) setAddress(a)
  }
  const pick = (scheme: string) => {
    setAddress({ ...blank(scheme), ...(formOf(scheme) === formOf(address.scheme) ? { ...address, scheme } : {}) })
    setText('')
    setTested(undefined)
    if (formOf(scheme) === 'address') setMode('url')
  }
  const test = useMutation({ mutationFn: () => testSourceUrl(url, priv, source?.name), onSuccess: setTested, onMutate: () => setTested(undefined) })
  const save = useMutation({
    mutationFn: (untested: boolean) => {
      const body = { note: note.trim(), allow_private: priv }
      return source ? updateSource(source.name, { ...body, url: url === source.url ? undefined : url }) : createSource({ ...body, url, name: finalName }, untested)
    },
    onSuccess: (s) => {
      void client.invalidateQueries({ queryKey: ['sources'] })
      saved(s)
    },
    onError: (e) => {
      if (e instanceof Problem && e.steps.length > 0) setTested({ ok: false, steps: e.steps })
    },
  })
  const unreachable = save.error instanceof Problem && save.error.code === 'source_unreachable'
  const error = test.error ?? (unreachable && tested ? null : save.error)
  const example = list.kinds.find((k) => k.scheme === address.scheme)?.example
  return (
    <Modal
      open
      title={source ? t('source.edit', { name: source.name }) : t('source.add')}
      onCancel={close}
      width={600}
      footer={
        <div className="row">
          <Button onClick={() => test.mutate()} loading={test.isPending} disabled={!ready} data-testid={testid.sources.test}>
            {t('source.test')}
          </Button>
          <span className="grow" />
          {unreachable && !source && (
            <Button onClick={() => save.mutate(true)} loading={save.isPending}>
              {t('source.addAnyway')}
            </Button>
          )}
          <Button onClick={close}>{t('act.cancel')}</Button>
          <Button type="primary" onClick={() => save.mutate(false)} loading={save.isPending} disabled={!ready || !goodName(finalName)} data-testid={testid.sources.save}>
            {t(source ? 'act.save' : 'source.addNow')}
          </Button>
        </div>
      }
    >
      <div className="stack" style={{ gap: 14 }}>
        {!source && (
          <div className="kind-grid" role="radiogroup" aria-label={t('source.kindHead')}>
            {schemes.map((scheme) => {
              const Icon = kindIcon(scheme)
              return (
                <button type="button" key={scheme} role="radio" aria-checked={address.scheme === scheme} className="kind-card" onClick={() => pick(scheme)} data-testid={testid.sources.kind(scheme)}>
                  <Icon size={16} strokeWidth={1.75} aria-hidden />
                  <span className="clip">{kindName(scheme)}</span>
                </button>
              )
            })}
          </div>
        )}
        {!onlyUrl && (
          <Segmented
            value={mode}
            onChange={setMode}
            options={[
              { value: 'form', label: t('source.byForm') },
              { value: 'url', label: <span data-testid={testid.sources.byUrl}>{t('source.byUrl')}</span> },
            ]}
          />
        )}
        {byUrl ? (
          <label className="form-field">
            <span>{t('source.url')}</span>
            <Input.TextArea className="cell-code" autoSize={{ minRows: 2, maxRows: 5 }} spellCheck={false} value={text} placeholder={example} status={text && !parseAddress(text) ? 'error' : undefined} onChange={(e) => changeText(e.target.value)} data-testid={testid.sources.url} />
            <small className="faint">{t('source.urlHint')}</small>
          </label>
        ) : (
          <AddressForm address={address} change={changeAddress} />
        )}
        <div className="two">
          <label className="form-field">
            <span>{t('source.name')}</span>
            <Input value={finalName} disabled={source !== undefined} status={finalName && !goodName(finalName) ? 'error' : undefined} onChange={(e) => setName(e.target.value)} data-testid={testid.sources.name} />
            {finalName && !goodName(finalName) && <small className="danger">{t('source.nameRule')}</small>}
          </label>
          <label className="form-field">
            <span>{t('source.note')}</span>
            <Input value={note} maxLength={200} placeholder={t('source.noteExample')} onChange={(e) => setNote(e.target.value)} />
          </label>
        </div>
        {list.may_allow_private && formOf(address.scheme) !== 'path' && (
          <Checkbox checked={priv} onChange={(e) => setPriv(e.target.checked)} data-testid={testid.sources.private}>
            {t('source.private')} <span className="faint">{t('source.privateWhy')}</span>
          </Checkbox>
        )}
        <TestSteps tested={tested} busy={test.isPending || (save.isPending && !source)} />
        {error && (
          <p className="error-note" role="alert">
            {problem(error)}
          </p>
        )}
      </div>
    </Modal>
  )
}
