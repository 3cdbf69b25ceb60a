import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Input, InputNumber, Modal, Popover, Select } from 'antd'
import { Plus, X } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { putPackItem } from '../api/packs'
import { scoreProfile, type Condition, type Draft, type Profiles } from '../api/profile'
import { Go, MAIN, paths, useBranch, usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { useProblem } from '../app/useProblem'
import { useToasts } from '../app/Toasts'
import CreateBranch from '../branches/CreateBranch'
import { useI18n } from '../i18n'
import '../i18n/packs'
import '../i18n/profile'
import { ProblemList } from '../packs/ProblemList'
import { tryParse } from '../records/filter/parse'
import { toText } from '../records/filter/tree'
import { useSchema } from '../records/schema'
import { useSoon } from '../search/useSoon'
import { useRights } from '../session/useSession'
import { testid } from '../testids'
import { BacktestPanel } from './BacktestPanel'
import { ConditionText } from './ConditionText'
import type { Seed } from './ProfilePage'
import { freeId, nextVersion, useWords } from './words'

const FilterBuilder = lazy(() => import('../records/filter/FilterBuilder'))

const blank = (taken: Condition[]): Condition => {
  let n = taken.length + 1
  while (taken.some((c) => c.id === 'c' + n)) n++
  return { id: 'c' + n, if: '', weight: 10, why: { zh: '', en: '' } }
}

const complete = (c: Condition) => c.if.trim() !== ''

/** Conditions as a form, counted as one types, tested on history, and saved as a version. */
export default function Builder({ profiles, seed, saved }: { profiles: Profiles; seed?: Seed; saved: () => void }) {
  const { t } = useI18n()
  const branch = useBranch()
  const rights = useRights()
  const from = seed ?? (profiles.versions[0] ? { conditions: profiles.versions[0].conditions, threshold: profiles.versions[0].threshold } : { conditions: [], threshold: 10 })
  const [conditions, setConditions] = useState<Condition[]>(() => (from.conditions.length > 0 ? from.conditions : [blank([])]))
  const [threshold, setThreshold] = useState(from.threshold)
  const [saving, setSaving] = useState(false)
  const [branching, setBranching] = useState(false)
  const ready = conditions.filter(complete)
  const draft: Draft = { conditions: ready, threshold }
  const put = (i: number, c: Condition | undefined) => setConditions((all) => (c ? all.map((x, j) => (i === j ? c : x)) : all.filter((_, j) => j !== i)))
  return (
    <div className="stack" style={{ gap: 12 }}>
      <Live draft={draft} pack={profiles.pack} />
      <div>
        {conditions.map((c, i) => (
          <Row key={c.id} of={c} change={(x) => put(i, x)} remove={() => put(i, undefined)} />
        ))}
        <Button type="text" size="small" icon={<Plus size={13} />} onClick={() => setConditions((all) => [...all, blank(all)])} data-testid={testid.profile.addCondition}>
          {t('ideal.addCondition')}
        </Button>
      </div>
      <div className="row wrap">
        <label className="row">
          {t('ideal.threshold')} <InputNumber size="small" value={threshold} onChange={(n) => setThreshold(n ?? 0)} data-testid={testid.profile.threshold} />
        </label>
        <span className="grow" />
        {branch === MAIN && rights.branch && <Button onClick={() => setBranching(true)}>{t('ideal.makeBranch')}</Button>}
        {rights.schema ? (
          <Button type="primary" disabled={ready.length === 0} onClick={() => setSaving(true)} data-testid={testid.profile.save}>
            {t(branch === MAIN ? 'ideal.saveOnMain' : 'ideal.save')}
          </Button>
        ) : (
          <span className="faint">{t('ideal.noRight')}</span>
        )}
      </div>
      {ready.length > 0 && <BacktestPanel draft={draft} pack={profiles.pack} versions={profiles.versions} />}
      {saving && <Save profiles={profiles} draft={draft} close={() => setSaving(false)} saved={saved} />}
      {branching && <CreateBranch close={() => setBranching(false)} />}
    </div>
  )
}

/** How many the conditions choose, asked again a moment after the last change. */
function Live({ draft, pack }: { draft: Draft; pack: string }) {
  const { t, format, label } = useI18n()
  /** A condition by its reason, else by its text. */
  const named = (id: string) => {
    const c = draft.conditions?.find((x) => x.id === id)
    return (c && (label(c.why) || c.if)) || id
  }
  const { percent } = useWords()
  const problem = useProblem()
  const place = usePlace()
  const asked = useSoon(JSON.stringify(draft), 300)
  const scores = useQuery({
    queryKey: ['lake', placeKey(place), 'score', pack, asked],
    queryFn: ({ signal }) => scoreProfile(place, { ...(JSON.parse(asked) as Draft), pack, limit: 8 }, signal),
    enabled: (draft.conditions?.length ?? 0) > 0,
    placeholderData: (old) => old,
  })
  if (scores.error) return <p className="error-note">{problem(scores.error)}</p>
  const s = scores.data
  if (!s) return null
  return (
    <div className="profile-live" aria-live="polite" data-testid={testid.profile.live}>
      <strong>{t('ideal.liveCount', { total: format.number(s.total), chosen: format.number(s.chosen), share: percent(s.total > 0 ? s.chosen / s.total : 0, 1), ms: s.ms })}</strong>
      {s.skipped?.map((k) => (
        <div key={k.condition} className="danger-text">
          {t('ideal.skippedName', { name: named(k.condition), why: k.why })}
        </div>
      ))}
      <div className="faint">{s.conditions.map((c) => t('ideal.holds', { name: named(c.id), n: format.number(c.holds) })).join(' · ')}</div>
      {s.top.length > 0 && (
        <div className="row wrap">
          <span className="soft">{t('ideal.top')}</span>
          {s.top.map((a) => (
            <Go key={a.id} to={paths.record('accounts', a.id)} title={format.list(a.answers.filter((x) => x.holds).map((x) => label(x.why)))}>
              {a.title} <span className="faint">{a.points}</span>
            </Go>
          ))}
        </div>
      )}
    </div>
  )
}

function Row({ of: c, change, remove }: { of: Condition; change: (c: Condition) => void; remove: () => void }) {
  const { t, label, language } = useI18n()
  const schema = useSchema()
  const [open, setOpen] = useState(false)
  const entity = schema.entity(c.of || 'accounts')
  const about = schema.entities.filter((e) => e.name === 'accounts' || e.fields.some((f) => f.kind === 'reference' && f.target === 'accounts'))
  const mine = language === 'en' ? 'en' : 'zh'
  const reason = (text: string) => change({ ...c, why: { zh: mine === 'zh' || !c.why.zh ? text : c.why.zh, en: mine === 'en' || !c.why.en || c.why.en === c.why.zh ? text : c.why.en } })
  return (
    <div className="profile-row" data-testid={testid.profile.condition}>
      <Select size="small" showSearch={{ optionFilterProp: 'label' }} value={c.of || 'accounts'} aria-label={t('ideal.ofEntity')} onChange={(of: string) => change({ ...c, of: of === 'accounts' ? undefined : of, if: '' })} options={about.map((e) => ({ value: e.name, label: label(e.label, e.name) }))} popupMatchSelectWidth={false} />
      <div className="stack" style={{ gap: 4 }}>
        <Popover
          open={open}
          onOpenChange={setOpen}
          trigger="click"
          placement="bottomLeft"
          destroyOnHidden
          content={
            entity && (
              <Suspense fallback={<div className="builder" />}>
                <FilterBuilder entity={entity} node={tryParse(c.if).node} fresh={!complete(c)} apply={(n) => (setOpen(false), change({ ...c, if: toText(n) }))} />
              </Suspense>
            )
          }
        >
          <button type="button" className="plain" data-testid={testid.profile.choose}>
            {complete(c) ? <ConditionText of={c} /> : t('ideal.chooseCondition')}
          </button>
        </Popover>
        <Input size="small" value={c.if} aria-label={t('ideal.filterText')} placeholder="employees >= 100" onChange={(e) => change({ ...c, if: e.target.value })} style={{ fontFamily: 'var(--font-code)', fontSize: 12 }} data-testid={testid.profile.text} />
      </div>
      <InputNumber size="small" value={c.weight} aria-label={t('ideal.weight')} onChange={(n) => change({ ...c, weight: n ?? 0 })} style={{ width: '100%' }} data-testid={testid.profile.weight} />
      <Checkbox checked={!!c.must} title={t('ideal.mustHint')} onChange={(e) => change({ ...c, must: e.target.checked || undefined })}>
        {t('ideal.must')}
      </Checkbox>
      <Input size="small" value={c.why[mine]} placeholder={t('ideal.whyHint')} aria-label={t('ideal.why')} onChange={(e) => reason(e.target.value)} data-testid={testid.profile.why} />
      <button type="button" className="icon-button" aria-label={t('act.remove')} onClick={remove}>
        <X size={14} />
      </button>
    </div>
  )
}

function Save({ profiles, draft, close, saved }: { profiles: Profiles; draft: Draft; close: () => void; saved: () => void }) {
  const { t } = useI18n()
  const branch = useBranch()
  const client = useQueryClient()
  const toasts = useToasts()
  const before = profiles.versions[0]
  const [version, setVersion] = useState(nextVersion(profiles.versions.map((v) => v.version)))
  const [name, setName] = useState('')
  const [nameEn, setNameEn] = useState('')
  const [reason, setReason] = useState('')
  const both = (text: string, en = '') => ({ zh: text, en: en || text })
  const save = useMutation({
    mutationFn: () => {
      const id = freeId(version, profiles.versions.map((v) => v.id))
      const value = {
        id,
        version,
        name: both(name, nameEn),
        previous: before?.id,
        reason: both(reason),
        conditions: (draft.conditions ?? []).map((c) => ({ ...c, why: { zh: c.why.zh || c.why.en || c.if, en: c.why.en || c.why.zh || c.if } })),
        threshold: draft.threshold,
        reach: before?.reach ?? both('—'),
        lesson: both('待回测后补充', 'To be filled in'),
        motion: before?.motion,
      }
      return putPackItem(branch, profiles.pack, 'profiles', id, { value, reason })
    },
    onSuccess: () => {
      void client.invalidateQueries({ predicate: (q) => q.queryKey[0] === 'lake' || q.queryKey[0] === 'branches' })
      toasts.done(t('ideal.saved', { version }))
      close()
      saved()
    },
  })
  return (
    <Modal open title={t(branch === MAIN ? 'ideal.saveOnMain' : 'ideal.save')} onCancel={close} onOk={() => save.mutate()} okText={t('act.save')} cancelText={t('act.cancel')} okButtonProps={{ disabled: !name.trim() || !reason.trim() || !version.trim(), loading: save.isPending, 'data-testid': testid.profile.saveConfirm }} width={480}>
      <div className="stack" style={{ gap: 10 }}>
        <p className="soft">{branch === MAIN ? t('ideal.saveMainText') : t('ideal.saveText', { branch })}</p>
        <label className="stack" style={{ gap: 4 }}>
          <span>{t('ideal.versionNo')}</span>
          <Input value={version} onChange={(e) => setVersion(e.target.value)} maxLength={12} />
        </label>
        <label className="stack" style={{ gap: 4 }}>
          <span>{t('ideal.name')}</span>
          <Input autoFocus value={name} onChange={(e) => setName(e.target.value)} maxLength={80} data-testid={testid.profile.name} />
        </label>
        <label className="stack" style={{ gap: 4 }}>
          <span>{t('ideal.nameEn')}</span>
          <Input value={nameEn} onChange={(e) => setNameEn(e.target.value)} maxLength={120} />
        </label>
        <label className="stack" style={{ gap: 4 }}>
          <span>{t('ideal.reason')}</span>
          <Input.TextArea value={reason} rows={3} onChange={(e) => setReason(e.target.value)} maxLength={1000} data-testid={testid.profile.reason} />
        </label>
        <ProblemList error={save.error} />
      </div>
    </Modal>
  )
}
