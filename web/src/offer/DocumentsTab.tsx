import { useMutation, useQuery } from '@tanstack/react-query'
import { Button, DatePicker, Input, Modal, Segmented, Tooltip } from 'antd'
import dayjs from 'dayjs'
import { CircleCheck, CircleDashed, FileText } from 'lucide-react'
import { useState } from 'react'
import { listTemplates, makeDocument, type DealTemplate } from '../api/offer'
import type { LakeRecord, Row } from '../api/types'
import { Failure } from '../app/Failure'
import { usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { Teach } from '../app/Teach'
import { useToasts } from '../app/Toasts'
import { useI18n } from '../i18n'
import '../i18n/value'
import { WaitingFacts } from '../records/list/Peek'
import { useSchema } from '../records/schema'
import type { TabProps } from '../records/show/tabs'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'
import { DocumentView } from './DocumentView'
import { useDealRecords, useRefresh, words } from './useDealRecords'
import './offer.css'

const stages = ['discover', 'demonstrate', 'poc', 'negotiate', 'won', '']

/** The deliverables of a deal, stage by stage: what each still lacks, and its versions. */
export default function DocumentsTab({ record }: TabProps) {
  const place = usePlace()
  const { t, label, language } = useI18n()
  const schema = useSchema()
  const templates = useQuery({ queryKey: ['lake', placeKey(place), 'templates', record.id, language], queryFn: ({ signal }) => listTemplates(place, record.id, language, signal) })
  const kept = useDealRecords('documents', record.id, ['title', 'template', 'version', 'language', 'made_at', 'missing', 'sent_on', 'approved_on'], '-made_at')
  const [shown, show] = useState('')
  const [making, make] = useState<DealTemplate>()
  if (templates.error) return <Failure error={templates.error} retry={() => void templates.refetch()} />
  if (!templates.data) return <WaitingFacts />
  if (templates.data.length === 0) return <Teach icon={FileText} title={t('doc.none')} text={t('doc.noneText')} />
  const placed = new Set<string>()
  const groups = stages
    .map((stage) => {
      const mine = templates.data.filter((d) => !placed.has(d.id) && (stage ? d.stages.includes(stage) : true))
      mine.forEach((d) => placed.add(d.id))
      return { stage, mine }
    })
    .filter((g) => g.mine.length > 0)
  const stageName = (s: string) => (s ? label(schema.field('deals', 'stage')?.options?.find((o) => o.name === s)?.label, s) : t('doc.anyStage'))
  const open = (kept.data?.items ?? []).find((d) => d.id === shown)
  return (
    <div className="offer-tab">
      <div className={'offer-split documents' + (open ? ' open' : '')}>
        <div className="stack">
          {groups.map((g) => (
            <section key={g.stage} className="stack" aria-label={stageName(g.stage)}>
              <h2>{stageName(g.stage)}</h2>
              {g.mine.map((d) => (
                <Template key={d.id} template={d} versions={(kept.data?.items ?? []).filter((k) => k.cells['template'] === d.id)} shown={shown} show={show} make={() => make(d)} />
              ))}
            </section>
          ))}
        </div>
        {open && <DocumentView key={open.id} id={open.id} record={open} close={() => show('')} />}
      </div>
      {making && <Make template={making} deal={record} close={() => make(undefined)} made={show} />}
    </div>
  )
}

function Template({ template, versions, shown, show, make }: { template: DealTemplate; versions: Row[]; shown: string; show: (id: string) => void; make: () => void }) {
  const { t, label, format } = useI18n()
  const rights = useRightsHere()
  const lacks = template.missing.filter((m) => m.from !== 'input')
  return (
    <article className="card offer-card template" data-testid={testid.offer.template(template.id)} data-missing={lacks.length}>
      <div className="row wrap">
        {versions.length > 0 ? <CircleCheck size={16} className="added" aria-hidden /> : <CircleDashed size={16} className="faint" aria-hidden />}
        <Tooltip title={label(template.for)}>
          <b className="grow" tabIndex={0}>
            {label(template.name)}
          </b>
        </Tooltip>
        {rights.write && (
          <Button size="small" onClick={make} data-testid={testid.offer.make}>
            {t(versions.length > 0 ? 'doc.makeNext' : 'doc.make')}
          </Button>
        )}
      </div>
      {lacks.length > 0 && (
        <details>
          <summary className="soft">{t('doc.lacks', { n: lacks.length, names: format.list(lacks.slice(0, 3).map((m) => m.name)) })}</summary>
          <ul className="plain-list">
            {lacks.map((m) => (
              <li key={m.input}>
                {m.name} <span className="faint">{m.how}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {versions.length > 0 && (
        <div className="row wrap">
          {versions.map((v) => (
            <button key={v.id} type="button" className={'plain pill' + (v.id === shown ? ' info' : '')} aria-pressed={v.id === shown} onClick={() => show(v.id === shown ? '' : v.id)} data-testid={testid.offer.document}>
              V{words(v.cells['version'])} · {words(v.cells['language']) === 'en' ? 'EN' : '中文'} · {v.cells['sent_on'] ? t('doc.sentOn', { date: format.date(words(v.cells['sent_on'])) }) : format.ago(words(v.cells['made_at']))}
            </button>
          ))}
        </div>
      )}
    </article>
  )
}

/** Asks for what no record holds, and makes the next version. */
function Make({ template, deal, close, made }: { template: DealTemplate; deal: LakeRecord; close: () => void; made: (id: string) => void }) {
  const { t, label, language } = useI18n()
  const { branch } = usePlace()
  const toasts = useToasts()
  const refresh = useRefresh()
  const [inputs, setInputs] = useState<Record<string, string>>({})
  const [written, setWritten] = useState<'zh' | 'en'>(language === 'en' ? 'en' : 'zh')
  const put = (id: string, text: string) => setInputs({ ...inputs, [id]: text })
  const lacks = template.missing.filter((m) => m.from !== 'input')
  const make = useMutation({
    mutationFn: () => makeDocument(branch, { deal: deal.id, template: template.id, language: written, inputs: Object.fromEntries(Object.entries(inputs).filter(([, v]) => v.trim())) }),
    onSuccess: (d) => {
      toasts.done(t('doc.made', { title: d.document.title, n: String(d.document.version ?? 1) }))
      refresh()
      made(d.id)
      close()
    },
    onError: toasts.fail,
  })
  return (
    <Modal open title={label(template.name)} onCancel={close} okText={t('doc.make')} onOk={() => make.mutate()} okButtonProps={{ loading: make.isPending, 'data-testid': testid.offer.makeSubmit }}>
      <div className="stack">
        <span className="soft">{label(template.for)}</span>
        <Segmented
          value={written}
          onChange={setWritten}
          aria-label={t('doc.language')}
          options={[
            { value: 'zh', label: '中文' },
            { value: 'en', label: 'English' },
          ]}
          data-testid={testid.offer.language}
        />
        {template.asks.map((a) => (
          <label key={a.id} className="form-field">
            <span>
              {label(a.name)} {a.optional && <span className="faint">{t('doc.optional')}</span>}
            </span>
            {a.kind === 'date' ? (
              <DatePicker value={inputs[a.id] ? dayjs(inputs[a.id]) : null} onChange={(d: dayjs.Dayjs | null) => put(a.id, d ? d.format('YYYY-MM-DD') : '')} />
            ) : a.kind === 'text' ? (
              <Input.TextArea autoSize={{ minRows: 1, maxRows: 6 }} value={inputs[a.id] ?? ''} onChange={(e) => put(a.id, e.target.value)} data-testid={testid.offer.input(a.id)} />
            ) : (
              <Input value={inputs[a.id] ?? ''} inputMode="decimal" onChange={(e) => put(a.id, e.target.value)} data-testid={testid.offer.input(a.id)} />
            )}
          </label>
        ))}
        {lacks.length > 0 && <span className="info-note">{t('doc.willLack', { n: lacks.length })}</span>}
      </div>
    </Modal>
  )
}
