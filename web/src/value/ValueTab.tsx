import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Dropdown, Input, Modal, Select, Tooltip } from 'antd'
import { ChevronDown, FileSpreadsheet, Plus, Scale } from 'lucide-react'
import { useMemo, useState } from 'react'
import { listRecords } from '../api/records'
import { createCase, evaluate, getCase, listModels, updateCase, workbookAddress, type CaseInput, type ValueAnswer, type ValueCase } from '../api/value'
import { Failure } from '../app/Failure'
import { usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { Teach } from '../app/Teach'
import { useToasts } from '../app/Toasts'
import { useI18n, type TextKey } from '../i18n'
import '../i18n/value'
import { condition, text as literal, toText } from '../records/filter/tree'
import { useCandidates } from '../records/inputs/ReferenceInput'
import type { TabProps } from '../records/show/tabs'
import { useRightsHere } from '../session/useSession'
import { useSoon } from '../search/useSoon'
import { testid } from '../testids'
import { isDecimal } from './amount'
import { CashFlow, Spread, Tornado } from './charts'
import { Figures } from './Figures'
import { InputsTable } from './InputsTable'
import { LinesTable } from './LinesTable'
import { Propositions } from './Propositions'
import './value.css'

/** What the solution is worth to this customer, on the customer's own numbers. */
export default function ValueTab({ record }: TabProps) {
  const place = usePlace()
  const [chosen, choose] = useState('')
  const cases = useQuery({
    queryKey: ['lake', placeKey(place), 'value-cases', record.id],
    queryFn: ({ signal }) => listRecords({ ...place, entity: 'value_cases', fields: ['title', 'status'], filter: toText(condition('deal', 'eq', literal(record.id))), order: '-created_at', page_size: 50 }, signal),
  })
  if (cases.error) return <Failure error={cases.error} retry={() => void cases.refetch()} />
  if (!cases.data) return <span className="skeleton" style={{ width: '40%', margin: 20 }} />
  const id = cases.data.items.some((c) => c.id === chosen) ? chosen : cases.data.items[0]?.id
  const options = cases.data.items.map((c) => ({ value: c.id, label: String(c.cells['title'] ?? '') }))
  if (!id) return <Begin deal={record.id} made={choose} />
  return <Case key={id} id={id} deal={record.id} options={options} choose={choose} />
}

/** The models one can begin with. */
function useModels(deal: string, made: (id: string) => void) {
  const place = usePlace()
  const { label, language } = useI18n()
  const client = useQueryClient()
  const toasts = useToasts()
  const models = useQuery({ queryKey: ['lake', placeKey(place), 'value-models', deal], queryFn: ({ signal }) => listModels(place, deal, signal), staleTime: 60_000 })
  const begin = (model: string) =>
    void createCase(place.branch, language, { deal, model }).then(async (c) => {
      await client.invalidateQueries({ queryKey: ['lake', placeKey(place), 'value-cases', deal] })
      made(c.id)
    }, toasts.fail)
  return { menu: { items: (models.data ?? []).map((m) => ({ key: m.id, label: label(m.name) })), onClick: ({ key }: { key: string }) => begin(key) }, models, begin }
}

function Begin({ deal, made }: { deal: string; made: (id: string) => void }) {
  const { t, label } = useI18n()
  const rights = useRightsHere()
  const { models, begin } = useModels(deal, made)
  if (models.error) return <Failure error={models.error} retry={() => void models.refetch()} />
  return (
    <Teach icon={Scale} title={t('value.none')} text={t('value.noneText')} id={testid.value.empty}>
      {rights.write &&
        (models.data ?? []).map((m) => (
          <Tooltip key={m.id} title={label(m.summary)}>
            <Button onClick={() => begin(m.id)} data-testid={testid.value.begin(m.id)}>
              {label(m.name)}
            </Button>
          </Tooltip>
        ))}
    </Teach>
  )
}

type Draft = Record<string, CaseInput | null>

/** One case: its figures follow what is typed, and are kept when it is saved. */
function Case({ id, deal, options, choose }: { id: string; deal: string; options: { value: string; label: string }[]; choose: (id: string) => void }) {
  const place = usePlace()
  const { t } = useI18n()
  const rights = useRightsHere()
  const [draft, setDraft] = useState<Draft>({})
  const loaded = useQuery({ queryKey: ['lake', placeKey(place), 'value-case', id], queryFn: ({ signal }) => getCase(place, id, signal) })
  const inputs = useMemo(() => merged(loaded.data, draft), [loaded.data, draft])
  const settled = useSoon(inputs, 300)
  const dirty = Object.keys(draft).length > 0
  const valid = Object.values(inputs).every((i) => [i.low, i.likely, i.high].every((x) => !x || isDecimal(x)))
  const live = useQuery({
    queryKey: ['lake', placeKey(place), 'value-live', id, settled],
    queryFn: ({ signal }) => evaluate(place, { pack: loaded.data?.pack, model: loaded.data?.answer.model.id ?? '', inputs: named(settled, loaded.data) }, signal),
    enabled: dirty && valid && loaded.data !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
  })
  if (loaded.error) return <Failure error={loaded.error} retry={() => void loaded.refetch()} />
  if (!loaded.data) return <span className="skeleton" style={{ width: '60%', margin: 20 }} />
  const answer: ValueAnswer = (dirty && live.data) || loaded.data.answer
  const likely = answer.results[1]
  if (!likely) return null
  return (
    <div className="value-tab" data-testid={testid.value.case}>
      <Bar data={loaded.data} deal={deal} options={options} choose={choose} draft={draft} clear={() => setDraft({})} valid={valid && !live.error} mayEdit={rights.write} />
      {dirty && live.error && <Failure error={live.error} />}
      <Figures answer={answer} />
      <div className="value-charts">
        <section>
          <h2>{t('value.cashFlow')}</h2>
          <CashFlow result={likely} />
        </section>
        <section>
          <h2>{t('value.tornado')}</h2>
          <Tornado answer={answer} />
        </section>
        <section>
          <h2>{t('value.spread')}</h2>
          <Spread answer={answer} />
        </section>
      </div>
      <InputsTable answer={answer} data={loaded.data} inputs={inputs} mayEdit={rights.write} change={(v, i) => setDraft((d) => ({ ...d, [v]: i }))} />
      <LinesTable result={likely} />
      <Propositions deal={deal} />
    </div>
  )
}

/** The kept inputs with the unsaved ones over them. */
function merged(data: ValueCase | undefined, draft: Draft): Record<string, CaseInput> {
  const out: Record<string, CaseInput> = { ...data?.inputs }
  for (const [k, v] of Object.entries(draft)) {
    if (v) out[k] = v
    else delete out[k]
  }
  return out
}

/** Inputs as a model takes them: with the name of who confirmed a number. */
function named(inputs: Record<string, CaseInput>, data: ValueCase | undefined) {
  return Object.fromEntries(Object.entries(inputs).map(([k, { id: _, confirmed_by, ...rest }]) => [k, { ...rest, confirmed_by: confirmed_by ? (data?.people[confirmed_by] ?? confirmed_by) : '' }]))
}

interface BarProps {
  data: ValueCase
  deal: string
  options: { value: string; label: string }[]
  choose: (id: string) => void
  draft: Draft
  clear: () => void
  valid: boolean
  mayEdit: boolean
}

function Bar({ data, deal, options, choose, draft, clear, valid, mayEdit }: BarProps) {
  const { t } = useI18n()
  const place = usePlace()
  const client = useQueryClient()
  const toasts = useToasts()
  const { menu } = useModels(deal, choose)
  const [reason, setReason] = useState('')
  const [confirming, setConfirming] = useState(false)
  const dirty = Object.keys(draft).length > 0
  const change = async (body: Parameters<typeof updateCase>[2]) => {
    try {
      const c = await updateCase(place.branch, data.id, body)
      client.setQueryData(['lake', placeKey(place), 'value-case', data.id], c)
      void client.invalidateQueries({ queryKey: ['lake', placeKey(place)], refetchType: 'none' })
      void client.invalidateQueries({ queryKey: ['lake', placeKey(place), 'value-cases', deal] })
      toasts.done(t('value.saved', { title: c.title }))
      return true
    } catch (e) {
      toasts.fail(e)
      return false
    }
  }
  const save = async () => {
    const inputs = Object.fromEntries(Object.entries(draft).flatMap(([k, v]) => (v ? [[k, without(v)]] : [])))
    const clearing = Object.entries(draft).flatMap(([k, v]) => (v ? [] : [k]))
    if (await change({ inputs, clear: clearing, reason: reason || undefined })) {
      clear()
      setReason('')
    }
  }
  return (
    <div className="row wrap value-bar">
      <Select value={data.id} options={options} onChange={choose} aria-label={t('value.case')} style={{ minWidth: 220 }} popupMatchSelectWidth={false} />
      <span className={'pill ' + (data.status === 'confirmed' ? 'success' : data.status === 'shared' ? 'info' : '')} data-testid={testid.value.status}>
        {t(('value.status.' + data.status) as TextKey)}
      </span>
      {data.confirmation.by && <span className="faint">{data.people[data.confirmation.by]}</span>}
      <span className="grow" />
      {dirty ? (
        <>
          <Input size="small" style={{ width: 300 }} value={reason} onChange={(e) => setReason(e.target.value)} placeholder={t('value.reason')} aria-label={t('value.reason')} />
          <Button size="small" onClick={clear}>
            {t('value.discard')}
          </Button>
          <Button size="small" type="primary" disabled={!valid} onClick={() => void save()} data-testid={testid.value.save}>
            {t('value.save')}
          </Button>
        </>
      ) : (
        <>
          <Tooltip title={t('value.workbookNote')}>
            <Button size="small" icon={<FileSpreadsheet size={14} />} href={workbookAddress(place, data.id, 'likely')} data-testid={testid.value.workbook}>
              {t('value.workbook')}
            </Button>
          </Tooltip>
          {mayEdit && data.status === 'draft' && (
            <Button size="small" onClick={() => void change({ status: 'shared' })}>
              {t('value.share')}
            </Button>
          )}
          {mayEdit && data.status !== 'confirmed' && (
            <Button size="small" onClick={() => setConfirming(true)} data-testid={testid.value.confirm}>
              {t('value.confirm')}
            </Button>
          )}
          {mayEdit && (
            <Dropdown menu={menu} trigger={['click']}>
              <Button size="small" icon={<Plus size={14} />}>
                {t('value.new')}
                <ChevronDown size={13} />
              </Button>
            </Dropdown>
          )}
        </>
      )}
      {confirming && <Confirm close={() => setConfirming(false)} confirm={(by) => change({ status: 'confirmed', confirmed_by: by })} />}
    </div>
  )
}

const without = ({ id: _, ...rest }: CaseInput): CaseInput => rest

function Confirm({ close, confirm }: { close: () => void; confirm: (by: string) => Promise<boolean> }) {
  const { t } = useI18n()
  const [words, setWords] = useState('')
  const [by, setBy] = useState('')
  const { options, isFetching } = useCandidates('contacts', words, by ? [by] : [])
  return (
    <Modal open title={t('value.confirmTitle')} onCancel={close} okButtonProps={{ disabled: !by }} okText={t('value.confirm')} cancelText={t('act.cancel')} onOk={() => void confirm(by).then((ok) => ok && close())}>
      <Select
        autoFocus
        style={{ width: '100%' }}
        showSearch={{ filterOption: false, onSearch: setWords }}
        loading={isFetching}
        value={by || undefined}
        onChange={setBy}
        aria-label={t('value.confirmedBy')}
        placeholder={t('value.confirmedBy')}
        options={[...options].map(([value, label]) => ({ value, label }))}
      />
    </Modal>
  )
}
