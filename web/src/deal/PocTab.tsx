import { useQuery } from '@tanstack/react-query'
import { Button, Input, Popconfirm, Upload } from 'antd'
import { CircleCheck, CircleDashed, CircleX, FlaskConical, Lock, Paperclip } from 'lucide-react'
import { agreePOC, attach, attachmentAddress, dealPOCs, reopenPOC, startPOC, type DealPOCs, type POCMeasured, type POCShown } from '../api/pursuit'
import { updateRecord } from '../api/records'
import type { Cells } from '../api/types'
import { Failure } from '../app/Failure'
import { usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { Teach } from '../app/Teach'
import { useI18n } from '../i18n'
import '../i18n/deal'
import { WaitingFacts } from '../records/list/Peek'
import type { TabProps } from '../records/show/tabs'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'
import { useOptionName } from './useDeal'
import { useWrite } from './useWrite'
import { CountOf, Witnesses } from './Witnesses'
import './deal.css'

/** Proofs of concept: criteria agreed beforehand, results with their proof, a verdict by rule. */
export default function PocTab({ record }: TabProps) {
  const { t, label, language } = useI18n()
  const place = usePlace()
  const rights = useRightsHere()
  const { data, error, refetch } = useQuery({ queryKey: ['lake', placeKey(place), 'deal', record.id, 'pocs'], queryFn: ({ signal }) => dealPOCs(place, record.id, signal) })
  const start = useWrite((branch, template: string) => startPOC(branch, record.id, template, language), () => t('poc.started'))
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <WaitingFacts />
  const starters =
    rights.write &&
    data.templates.map((x) => (
      <Button key={x.id} size={data.items.length ? 'small' : 'middle'} type={data.items.length ? 'default' : 'primary'} loading={start.isPending} onClick={() => start.mutate(x.id)} data-testid={testid.deal.pocStart}>
        {t('poc.start', { name: label(x.name) })}
      </Button>
    ))
  if (data.items.length === 0)
    return (
      <div className="deal-tab">
        <div className="deal-split">
          <Teach icon={FlaskConical} title={t('poc.none')} text={t('poc.noneText')}>
            {starters}
          </Teach>
          <Ladder data={data} />
        </div>
      </div>
    )
  return (
    <div className="deal-tab">
      <div className="deal-split">
        <div className="stack">
          {(data.items as unknown as POCShown[]).map((p) => (
            <Poc key={p.id} deal={record.id} poc={p} mayEdit={rights.write} />
          ))}
          <div className="row wrap">{starters}</div>
        </div>
        <Ladder data={data} />
      </div>
    </div>
  )
}

function Poc({ deal, poc, mayEdit }: { deal: string; poc: POCShown; mayEdit: boolean }) {
  const { t, label, format } = useI18n()
  const option = useOptionName('pocs')
  const agree = useWrite((branch, _: string) => agreePOC(branch, poc.id), () => t('poc.agreed'))
  const reopen = useWrite((branch, _: string) => reopenPOC(branch, poc.id), () => t('poc.reopened'))
  const save = useWrite((branch, x: { entity: string; id: string; cells: Cells }) => updateRecord(branch, x.entity, x.id, x.cells), () => t('committee.saved'))
  const cell = (f: string) => poc.cells[f] as string | undefined
  const agreed = cell('agreed_on')
  const verdict = cell('verdict') ?? 'open'
  const date = (f: 'started_on' | 'ended_on' | 'mend_by') => (mayEdit || cell(f)) && (
    <label className="row faint">
      {t(`poc.${f}`)}
      {mayEdit ? <Input type="date" size="small" style={{ width: 140 }} defaultValue={cell(f)} onBlur={(e) => e.target.value !== (cell(f) ?? '') && save.mutate({ entity: 'pocs', id: poc.id, cells: { [f]: e.target.value || null } })} /> : cell(f) && format.date(cell(f) ?? '')}
    </label>
  )
  return (
    <section className="card poc" data-testid={testid.deal.poc}>
      <div className="row wrap">
        <h2 className="grow">{cell('title')}</h2>
        <span className={'pill ' + ({ passed: 'success', partly: 'warning', failed: 'danger' }[verdict] ?? 'info')} data-testid={testid.deal.pocVerdict}>
          {option('verdict', verdict)}
        </span>
      </div>
      {poc.template && <p className="soft">{label(poc.template.summary)}</p>}
      {poc.template && !agreed && (
        <ul className="soft">
          {poc.template.prerequisites.map((x, i) => (
            <li key={i}>{label(x)}</li>
          ))}
        </ul>
      )}
      <div className="row wrap">
        {date('started_on')}
        {date('ended_on')}
        {(poc.mend_rule || cell('mend_by')) && date('mend_by')}
      </div>
      {agreed ? (
        <p className="info-note">
          <Lock size={14} aria-hidden />
          <span className="grow">{t('poc.locked', { date: format.date(agreed), by: poc.agreed_by_name && '(' + poc.agreed_by_name + ')' })}</span>
          {mayEdit && (
            <Popconfirm title={t('poc.reopenSure')} onConfirm={() => reopen.mutate('')}>
              <Button size="small" type="text">
                {t('poc.reopen')}
              </Button>
            </Popconfirm>
          )}
        </p>
      ) : (
        mayEdit && (
          <p className="info-note">
            <span className="grow">{t('poc.open')}</span>
            <Button size="small" type="primary" loading={agree.isPending} onClick={() => agree.mutate('')} data-testid={testid.deal.pocAgree}>
              {t('poc.agree')}
            </Button>
          </p>
        )
      )}
      <div className="table-scroll">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{t('poc.criterion')}</th>
              <th scope="col">{t('poc.threshold')}</th>
              <th scope="col">{t('poc.result')}</th>
              <th scope="col">{t('poc.proof')}</th>
            </tr>
          </thead>
          <tbody>
            {poc.criteria.map((c) => (
              <Measured key={c.id} deal={deal} c={c} agreed={!!agreed} mayEdit={mayEdit} save={(cells) => save.mutate({ entity: 'poc_criteria', id: c.id, cells })} />
            ))}
          </tbody>
        </table>
      </div>
      {poc.mend_rule && <p className="danger">{t('poc.mendRule')}</p>}
      {poc.template && (
        <p className="faint">
          {t('poc.rule')} {label(poc.template.verdict)}
        </p>
      )}
    </section>
  )
}

function Measured({ deal, c, agreed, mayEdit, save }: { deal: string; c: POCMeasured; agreed: boolean; mayEdit: boolean; save: (cells: Cells) => void }) {
  const { t } = useI18n()
  const place = usePlace()
  const proof = useWrite(
    async (branch, file: File) => {
      const made = await attach(branch, deal, file)
      return updateRecord(branch, 'poc_criteria', c.id, { proof: made.ids[0] ?? null })
    },
    (file) => t('poc.attached', { name: file.name }),
  )
  const cell = (f: string) => (c.cells[f] as string | undefined) ?? ''
  const verdict = cell('verdict')
  const sign = cell('better') === 'higher' ? '≥' : '≤'
  const number = (f: 'threshold' | 'result', label: string) => (
    <Input size="small" inputMode="decimal" style={{ width: 80 }} defaultValue={cell(f)} key={cell(f)} aria-label={cell('name') + ' ' + label} onPressEnter={(e) => e.currentTarget.blur()} onBlur={(e) => e.target.value.trim() !== cell(f) && save({ [f]: e.target.value.trim() || null })} data-testid={f === 'result' ? testid.deal.pocResult : undefined} />
  )
  return (
    <tr>
      <td>
        <span className="row verdict">
          {verdict === 'passed' ? <CircleCheck size={15} className="added" aria-hidden /> : verdict === 'failed' ? <CircleX size={15} className="danger" aria-hidden /> : <CircleDashed size={15} className="faint" aria-hidden />}
          <span>{cell('name')}</span>
        </span>
        <span className="faint">{cell('method')}</span>
      </td>
      <td className="nowrap">
        {sign} {agreed || !mayEdit ? <strong>{cell('threshold')}</strong> : number('threshold', t('poc.threshold'))} {cell('unit')}
      </td>
      <td className="nowrap">{agreed && mayEdit ? number('result', t('poc.result')) : cell('result')}</td>
      <td>
        {c.proof_name && (
          <a href={attachmentAddress(cell('proof'), place)} download>
            {c.proof_name}
          </a>
        )}
        {mayEdit && agreed && (
          <Upload showUploadList={false} beforeUpload={(file) => (proof.mutate(file), false)}>
            <button type="button" className="icon-button" aria-label={t('poc.attach') + ' ' + cell('name')} title={t('poc.attach')}>
              <Paperclip size={14} aria-hidden />
            </button>
          </Upload>
        )}
      </td>
    </tr>
  )
}

function Ladder({ data }: { data: DealPOCs }) {
  const { t, label } = useI18n()
  if (!data.ladder) return null
  return (
    <section className="card" data-testid={testid.deal.ladder}>
      <h2>{label(data.ladder.name)}</h2>
      <ol className="ladder">
        {[...data.ladder.rungs].reverse().map((r) => (
          <li key={r.id} className={r.found?.holds ? 'holds' : ''}>
            {r.found?.holds ? <CircleCheck size={16} className="added" aria-label="✓" /> : <CircleDashed size={16} className="faint" aria-hidden />}
            <div>
              <strong>{label(r.name)}</strong> <span className="soft">“{label(r.believes)}”</span>
              <div className="row wrap faint">
                {label(r.shows)}
                {r.found && <CountOf found={r.found} />}
                {r.found && <Witnesses list={r.found.witnesses} most={2} />}
              </div>
            </div>
          </li>
        ))}
      </ol>
      <p className="faint">{t('committee.source', { pack: data.pack })}</p>
    </section>
  )
}
