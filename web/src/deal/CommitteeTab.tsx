import { useQuery } from '@tanstack/react-query'
import { Button, Select } from 'antd'
import { CircleCheck, CircleDashed, UsersRound } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { addMembers, dealCommittee, writeInferred, type Committee, type Person } from '../api/pursuit'
import { updateRecord } from '../api/records'
import { Failure } from '../app/Failure'
import { Go, paths, usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { Teach } from '../app/Teach'
import { useI18n, type TextKey } from '../i18n'
import '../i18n/deal'
import { WaitingFacts } from '../records/list/Peek'
import type { TabProps } from '../records/show/tabs'
import { useSchema } from '../records/schema'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'
import { MemberPanel } from './MemberPanel'
import { useOptionName } from './useDeal'
import { useWrite } from './useWrite'
import './deal.css'

const CommitteeMap = lazy(() => import('./CommitteeMap').then((m) => ({ default: m.CommitteeMap })))

/** Who decides, how much of it is with us, and the way to the top. */
export default function CommitteeTab({ record }: TabProps) {
  const { t } = useI18n()
  const place = usePlace()
  const rights = useRightsHere()
  const { data, error, refetch } = useQuery({ queryKey: ['lake', placeKey(place), 'deal', record.id, 'committee'], queryFn: ({ signal }) => dealCommittee(place, record.id, signal) })
  const [chosen, choose] = useState<string[]>([])
  const [member, show] = useState('')
  const change = useWrite((branch, x: { id: string; cells: Record<string, string | null> }) => updateRecord(branch, 'committee', x.id, x.cells), () => t('committee.saved'))
  const add = useWrite((branch, contacts: string[]) => addMembers(branch, record.id, contacts), (c) => t('committee.added', { n: c.length }))
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <WaitingFacts />
  const adder = rights.write && data.others.length > 0 && (
    <span className="row">
      <Select mode="multiple" size="small" value={chosen} onChange={choose} placeholder={t('committee.choose')} aria-label={t('committee.choose')} style={{ minWidth: 220 }} maxTagCount={2} options={data.others.map((p) => ({ value: p.contact ?? '', label: p.name + (p.title ? ' · ' + p.title : '') }))} optionFilterProp="label" data-testid={testid.deal.addMembers} />
      <Button size="small" type="primary" disabled={chosen.length === 0} loading={add.isPending} onClick={() => add.mutate(chosen, { onSuccess: () => choose([]) })}>
        {t('committee.add')}
      </Button>
    </span>
  )
  if (data.members.length === 0)
    return (
      <Teach icon={UsersRound} title={t('committee.none')} text={t(data.others.length > 0 ? 'committee.noneText' : 'committee.noContacts')}>
        {adder}
      </Teach>
    )
  return (
    <div className="deal-tab">
      <div className="deal-split map-split">
        <div className="stack">
          <Suspense fallback={<WaitingFacts />}>
            <CommitteeMap
              data={data}
              chosen={member}
              mayEdit={rights.write}
              moved={(id, x, y) => change.mutate({ id, cells: { x: String(x), y: String(y) } })}
              linked={(id, to) => change.mutate({ id, cells: { influences: to } })}
              open={show}
            />
          </Suspense>
          <p className="faint">{t('committee.hint')}</p>
          {adder}
        </div>
        <div className="stack">
          {data.members.some((m) => m.member === member) && <MemberPanel key={member} data={data} member={member} mayEdit={rights.write} save={(cells) => change.mutate({ id: member, cells })} close={() => show('')} />}
          <Covered data={data} />
          <WayUp data={data} />
        </div>
      </div>
      <Members data={data} mayEdit={rights.write} save={(id, cells) => change.mutate({ id, cells })} deal={record.id} open={show} />
    </div>
  )
}

function Covered({ data }: { data: Committee }) {
  const { t, label } = useI18n()
  return (
    <section className="card" data-testid={testid.deal.coverage}>
      <h2>{t('committee.coverage')}</h2>
      <p>
        <strong className="big-number num">{Math.round(data.coverage.score)}%</strong> <span className="soft">{t('committee.coverageText', { days: data.coverage.recent_days })}</span>
      </p>
      {data.coverage.roles.map((r) => (
        <div key={r.role} className="criterion">
          {r.state === 'covered' ? <CircleCheck size={16} className="added" aria-hidden /> : <CircleDashed size={16} className="faint" aria-hidden />}
          <div className="grow">
            <span>
              {label(r.name)} {r.weight}%{r.own && ' ' + t('committee.own')} · {t(('committee.state.' + r.state) as TextKey, { who: r.who ?? '' })}
            </span>
            {r.state !== 'covered' && <p className="faint">{label(r.reach)}</p>}
          </div>
        </div>
      ))}
      <p className="faint">{t('committee.source', { pack: data.pack })}</p>
    </section>
  )
}

function WayUp({ data }: { data: Committee }) {
  const { t } = useI18n()
  return (
    <section className="card" data-testid={testid.deal.way}>
      <h2>{t('committee.way')}</h2>
      <p className="soft">{t(('committee.way.' + data.way.state) as TextKey)}</p>
      {data.way.steps.length > 0 && (
        <ol className="way">
          {data.way.steps.map((s, i) => (
            <li key={i}>
              {s.contact ? <Go to={paths.record('contacts', s.contact)}>{s.name}</Go> : s.name} <span className="faint">{s.title}</span>
              {s.how && <span className="pill">{t(('committee.how.' + s.how) as TextKey)}</span>}
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

/** The list that says the same as the map, and where one edits. */
function Members({ data, mayEdit, save, deal, open }: { data: Committee; mayEdit: boolean; save: (id: string, cells: Record<string, string | null>) => void; deal: string; open: (id: string) => void }) {
  const { t, label, format } = useI18n()
  const schema = useSchema()
  const option = useOptionName('committee')
  const choices = (field: string) => (schema.field('committee', field)?.options ?? []).map((o) => ({ value: o.name, label: label(o.label, o.name) }))
  const pick = (m: Person, field: 'role' | 'stance') =>
    mayEdit ? (
      <Select size="small" variant="borderless" value={m[field] || undefined} placeholder="—" allowClear onChange={(v: string | undefined) => save(m.member ?? '', { [field]: v ?? null })} options={choices(field)} aria-label={m.name + ' ' + label(schema.field('committee', field)?.label)} popupMatchSelectWidth={false} style={{ minWidth: 100 }} />
    ) : (
      option(field, m[field])
    )
  return (
    <div className="table-scroll">
      <table className="plain-table" aria-label={t('committee.list')}>
        <thead>
          <tr>
            <th scope="col">{t('committee.person')}</th>
            <th scope="col">{label(schema.field('committee', 'role')?.label)}</th>
            <th scope="col">{label(schema.field('committee', 'stance')?.label)}</th>
            <th scope="col">{label(schema.field('committee', 'interest')?.label)}</th>
            <th scope="col">{t('committee.influencesWhom')}</th>
            <th scope="col">{t('committee.last')}</th>
            <th scope="col">{t('committee.address')}</th>
          </tr>
        </thead>
        <tbody>
          {data.members.map((m) => (
            <tr key={m.member} id={'member-' + m.member}>
              <td>
                <button type="button" className="plain linkish" onClick={() => open(m.member ?? '')}>
                  {m.name}
                </button>{' '}
                <span className="faint">{m.title}</span>
              </td>
              <td>{pick(m, 'role')}</td>
              <td>{pick(m, 'stance')}</td>
              <td>{m.interest}</td>
              <td>
                {mayEdit ? (
                  <Select size="small" variant="borderless" allowClear placeholder="—" value={m.influences || undefined} onChange={(v: string | undefined) => save(m.member ?? '', { influences: v ?? null })} options={data.members.filter((x) => x.member !== m.member).map((x) => ({ value: x.member ?? '', label: x.name }))} aria-label={m.name + ' ' + t('committee.influencesWhom')} popupMatchSelectWidth={false} style={{ minWidth: 90 }} />
                ) : (
                  data.members.find((x) => x.member === m.influences)?.name
                )}
              </td>
              <td className="num">{m.last_met ? m.met_by ? <Go to={paths.record('activities', m.met_by)}>{format.date(m.last_met)}</Go> : format.date(m.last_met) : <span className="faint">{t('committee.unmet')}</span>}</td>
              <td>
                <Address person={m} data={data} deal={deal} mayEdit={mayEdit} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Address({ person, data, deal, mayEdit }: { person: Person; data: Committee; deal: string; mayEdit: boolean }) {
  const { t } = useI18n()
  const write = useWrite((branch, contact: string) => writeInferred(branch, deal, contact), () => t('committee.addressWritten'))
  const guess = person.contact ? data.addresses[person.contact] : undefined
  if (person.email) return <a href={'mailto:' + person.email}>{person.email}</a>
  if (!guess) return <span className="faint">—</span>
  return (
    <span className="inferred">
      <em>{guess.address}</em> <span className="pill warning">{t('committee.inferred')}</span>
      <span className="faint">{t('committee.pattern', { pattern: guess.pattern, n: guess.agree, of: guess.of, example: guess.examples[0] ?? '' })}</span>
      {mayEdit && (
        <Button size="small" type="link" loading={write.isPending} onClick={() => write.mutate(person.contact ?? '')}>
          {t('committee.writeAddress')}
        </Button>
      )}
    </span>
  )
}
