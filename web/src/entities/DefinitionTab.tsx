import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Select, Switch } from 'antd'
import { RotateCw } from 'lucide-react'
import { useState } from 'react'
import { updateEntity } from '../api/homes'
import type { EntityChange, Keep } from '../api/homeTypes'
import type { Entity } from '../api/types'
import { Go, MAIN, paths, useBranch } from '../app/navigation'
import { useProblem } from '../app/useProblem'
import { useToasts } from '../app/Toasts'
import { KeepChoice } from '../catalog/KeepChoice'
import { ShapeTable } from '../catalog/ShapeTable'
import { useShape } from '../catalog/useShape'
import { everySeconds, homeKind, keyless, stateOf } from '../homes/home'
import { ModeBadge } from '../homes/ModeBadge'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { problemText } from '../i18n/problems'
import { FilterBar } from '../records/filter/FilterBar'
import { useSchema } from '../records/schema'
import { useRights } from '../session/useSession'
import { Editor } from '../sql/Editor'
import { testid } from '../testids'
import { SchemaDrift } from './SchemaDrift'
import { useRefresh } from './useRefresh'
import '../records/list/grid.css'
import '../sql/sql.css'

/** What an entity is made of, and what may change of it. */
export default function DefinitionTab({ entity: e }: { entity: Entity }) {
  const { t } = useI18n()
  const branch = useBranch()
  const client = useQueryClient()
  const toasts = useToasts()
  const rights = useRights()
  const kind = homeKind(e)
  const save = useMutation({
    mutationFn: (change: EntityChange) => updateEntity(branch, e.name, change),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['lake', branch] })
      toasts.done(t('act.saved'))
    },
  })
  const problem = useProblem()
  const may = rights.schema
  return (
    <div className="entity-pad definition">
      {branch !== MAIN && may && <p className="info-note">{t('definition.onBranch', { branch })}</p>}
      <Names entity={e} may={may} save={save.mutate} busy={save.isPending} />
      {kind === 'foreign' && <ForeignHome entity={e} />}
      {kind === 'derived' && <DerivedHome entity={e} may={may} save={save.mutate} busy={save.isPending} />}
      {kind === 'clone' && <CloneHome entity={e} may={may} save={save.mutate} />}
      {(kind === 'foreign' || kind === 'derived') && <KeyChoice entity={e} may={may} save={save.mutate} busy={save.isPending} />}
      {kind !== 'native' && <Freshness entity={e} may={may} save={save.mutate} busy={save.isPending} />}
      {kind === 'foreign' && <SchemaDrift entity={e} may={may} />}
      {kind === 'native' && (
        <section>
          <h2>{t('entity.fields')}</h2>
          <p className="soft">
            {t('definition.native')} <Go to={'/settings/fields?entity=' + e.name}>{t('nav.fields')}</Go>
          </p>
        </section>
      )}
      {save.error && (
        <p className="error-note" role="alert">
          {problem(save.error)}
        </p>
      )}
    </div>
  )
}

interface PartProps {
  entity: Entity
  may: boolean
  save: (c: EntityChange) => void
  busy?: boolean
}

function Names({ entity: e, may, save, busy }: PartProps) {
  const { t, label } = useI18n()
  const own = homeKind(e) !== 'native' || e.custom
  const [zh, setZh] = useState(e.plural.zh)
  const [en, setEn] = useState(e.plural.en)
  const [title, setTitle] = useState(e.title)
  const dirty = zh !== e.plural.zh || en !== e.plural.en || title !== e.title
  if (!own || !may) return null
  const send = () => save({ label: { zh, en }, plural: { zh, en }, title })
  return (
    <section>
      <h2>{t('definition.names')}</h2>
      <div className="three definition-form">
        <label className="form-field">
          <span>{t('field.labelZh')}</span>
          <Input value={zh} onChange={(x) => setZh(x.target.value)} />
        </label>
        <label className="form-field">
          <span>{t('field.labelEn')}</span>
          <Input value={en} onChange={(x) => setEn(x.target.value)} />
        </label>
        <label className="form-field">
          <span>{t('declare.titleField')}</span>
          <Select value={title} options={e.fields.map((f) => ({ value: f.name, label: label(f.label, f.name) }))} onChange={setTitle} showSearch={{ optionFilterProp: 'label' }} />
        </label>
      </div>
      {dirty && (
        <Button type="primary" loading={busy} disabled={!zh || !en} onClick={send}>
          {t('act.save')}
        </Button>
      )}
    </section>
  )
}

function ForeignHome({ entity: e }: { entity: Entity }) {
  const { t } = useI18n()
  return (
    <section>
      <h2>{t('definition.foreign')}</h2>
      <dl className="definition-facts">
        <dt>{t('node.source')}</dt>
        <dd>
          <Go to={paths.source(e.home.source ?? '')}>{e.home.source}</Go>
        </dd>
        <dt>{t('source.table')}</dt>
        <dd>
          <code>{e.home.table}</code>
        </dd>
      </dl>
      <p className="faint">{t('definition.foreignText')}</p>
    </section>
  )
}

function KeyChoice({ entity: e, may, save, busy }: PartProps) {
  const { t, label } = useI18n()
  const now = e.home.key ?? []
  const [key, setKey] = useState<string[]>(now)
  return (
    <section>
      <h2>{t('declare.key')}</h2>
      {keyless(e) && <p className="info-note">{t('entity.keylessText')}</p>}
      <div className="row wrap">
        <Select mode="multiple" disabled={!may} value={key} onChange={setKey} placeholder={t('declare.noKey')} aria-label={t('declare.key')} options={e.fields.map((f) => ({ value: f.name, label: label(f.label, f.name) }))} style={{ minWidth: 300 }} />
        {may && key.join() !== now.join() && (
          <Button type="primary" loading={busy} onClick={() => save({ key })}>
            {t('definition.checkKey')}
          </Button>
        )}
      </div>
    </section>
  )
}

function DerivedHome({ entity: e, may, save, busy }: PartProps) {
  const { t } = useI18n()
  const problem = useProblem()
  const schema = useSchema()
  const before = e.home.sql ?? ''
  const [sql, setSql] = useState(before)
  const shape = useShape(sql)
  return (
    <section className="stack derive-editor">
      <h2>{t('definition.sql')}</h2>
      {may ? <Editor value={sql} onChange={setSql} run={() => undefined} entities={schema.entities.filter((x) => x.name !== e.name)} /> : <pre className="info-note cell-code">{before}</pre>}
      {shape.error && (
        <p className="error-note" role="alert">
          {problem(shape.error)}
        </p>
      )}
      {!shape.error && shape.data && <ShapeTable shape={shape.data} />}
      {may && sql !== before && (
        <div className="row">
          <Button type="primary" loading={busy} disabled={shape.error !== null || sql.trim() === ''} onClick={() => save({ sql: shape.text })} data-testid={testid.entity.save}>
            {t('act.save')}
          </Button>
          <Button onClick={() => setSql(before)}>{t('view.revert')}</Button>
        </div>
      )}
    </section>
  )
}

function CloneHome({ entity: e, may, save }: PartProps) {
  const { t, label } = useI18n()
  const schema = useSchema()
  const original = schema.entity(e.home.of ?? '')
  const masks = Object.entries(e.home.masks ?? {})
  return (
    <section className="stack">
      <h2>{t('definition.clone')}</h2>
      <dl className="definition-facts">
        <dt>{t('definition.of')}</dt>
        <dd>
          <Go to={paths.entity(e.home.of ?? '')}>{label(original?.plural, e.home.of)}</Go>
          {e.home.at ? <span className="faint"> {t('definition.atRevision', { rev: e.home.at })}</span> : null}
        </dd>
        <dt>{t('clone.where')}</dt>
        <dd>
          {original && may ? (
            <div className="clone-filter">
              <FilterBar entity={original} filter={e.home.where ?? ''} change={(where) => save({ where })} call={0} />
            </div>
          ) : (
            <code>{e.home.where || t('compare.everything')}</code>
          )}
        </dd>
        <dt>{t('clone.mask')}</dt>
        <dd>
          {masks.length === 0
            ? t('mask.none')
            : masks.map(([f, m]) => (
                <span key={f} className="pill warning" style={{ marginInlineEnd: 6 }}>
                  {label(e.fields.find((x) => x.name === f)?.label, f)} · {t(`mask.${m.rule as 'hash'}`)}
                  {m.n ? ' ' + m.n : ''}
                </span>
              ))}
        </dd>
      </dl>
    </section>
  )
}

/** How fresh the rows are: read in place, or kept and refreshed; and who may read. */
function Freshness({ entity: e, may, save, busy }: PartProps) {
  const { t, label, format, language } = useI18n()
  const problem = useProblem()
  const every = everySeconds(e)
  const now: Keep | null = every === undefined ? null : { every_seconds: every, high_water: e.home.keep?.high_water }
  const [keep, setKeep] = useState<Keep | null>(now)
  const refresh = useRefresh(e.name)
  const state = stateOf(e)
  const same = (a: Keep | null, b: Keep | null) => (a === null || b === null ? a === b : (a.every_seconds ?? 0) === (b.every_seconds ?? 0) && (a.high_water ?? '') === (b.high_water ?? ''))
  const job = refresh.job
  return (
    <section className="stack">
      <div className="row wrap">
        <h2>{t('keep.title')}</h2>
        <ModeBadge state={state} />
        {state.at && <span className="faint">{format.time(state.at)}</span>}
        {now && may && (
          <Button size="small" icon={<RotateCw size={12} />} loading={refresh.running} onClick={() => refresh.start()} data-testid={testid.entity.refresh} data-state={job?.state}>
            {t('keep.refresh')}
          </Button>
        )}
        {refresh.running && (
          <>
            <span className="faint">{t('keep.progress', { rows: format.number(job?.rows ?? 0), size: format.bytes(job?.bytes ?? 0) })}</span>
            <Button size="small" type="text" onClick={refresh.cancel}>
              {t('act.cancel')}
            </Button>
          </>
        )}
        {job?.state === 'done' && <span className="added">{t('keep.refreshed', { rows: format.number(job.rows) })}</span>}
        {job?.state === 'failed' && <span className="danger">{problemText(language, job.error ?? 'unexpected', { entity: label(e.plural, e.name) }, job.detail)}</span>}
      </div>
      {now?.high_water && <Misses entity={e} may={may} running={refresh.running} full={() => refresh.start(true)} />}
      {refresh.error && (
        <p className="error-note" role="alert">
          {problem(refresh.error)}
        </p>
      )}
      {may && (
        <>
          <KeepChoice keep={keep} change={setKeep} growing={e.fields.filter((f) => f.kind === 'integer' || f.kind === 'date' || f.kind === 'timestamp').map((f) => ({ value: f.name, label: label(f.label, f.name) }))} />
          {!same(keep, now) && (
            <Button type="primary" loading={busy} onClick={() => save({ keep })} style={{ alignSelf: 'start' }} data-testid={testid.entity.save}>
              {t('act.save')}
            </Button>
          )}
        </>
      )}
      <label className="row">
        <Switch size="small" disabled={!may || busy} checked={e.home.open ?? false} onChange={(open) => save({ open })} />
        <span>
          {t('declare.open')} <span className="faint">{t(e.home.open ? 'declare.openOn' : 'declare.openOff')}</span>
        </span>
      </label>
    </section>
  )
}

/** What a copy that reads only what is new doesn't notice, since when, and the way to notice it. */
function Misses({ entity: e, may, running, full }: { entity: Entity; may: boolean; running: boolean; full: () => void }) {
  const { t, label, format } = useI18n()
  const state = stateOf(e)
  if (!state.high_water) return null
  const field = label(e.fields.find((f) => f.name === state.high_water)?.label, state.high_water)
  return (
    <div className="info-note row wrap" role="note" data-testid={testid.entity.misses}>
      <span className="grow">
        {t(state.whole_at ? 'keep.misses' : 'keep.missesUnknown', { field, time: state.whole_at && format.time(state.whole_at) })}
      </span>
      {may && (
        <Button size="small" icon={<RotateCw size={12} />} disabled={running} onClick={full} data-testid={testid.entity.refreshFull}>
          {t('keep.full')}
        </Button>
      )}
    </div>
  )
}
