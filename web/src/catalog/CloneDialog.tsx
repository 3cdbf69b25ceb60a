import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Drawer, Input, InputNumber, Select, Space } from 'antd'
import { useMemo, useState } from 'react'
import { cloneEntity } from '../api/homes'
import type { MaskRule } from '../api/homeTypes'
import { listRecords } from '../api/records'
import type { Entity, Field } from '../api/types'
import { MAIN, paths, useBranch, useGo } from '../app/navigation'
import { useProblem } from '../app/useProblem'
import { useToasts } from '../app/Toasts'
import { homeKind } from '../homes/home'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { useCellText } from '../records/inputs/CellView'
import { cellText } from '../records/inputs/cell'
import { FilterBar } from '../records/filter/FilterBar'
import { testid } from '../testids'
import { example, firstRule, rulesFor, type Rule } from './masks'
import { bothLabels, NameRow, useNameProblem, type Naming } from './NameRow'
import '../records/list/grid.css'
import './catalog.css'

/** A writable copy of an entity, without moving a row: which rows, which columns, what is masked. */
export function CloneDialog({ entity, close }: { entity: Entity; close: () => void }) {
  const { t, label } = useI18n()
  const problem = useProblem()
  const branch = useBranch()
  const go = useGo()
  const client = useQueryClient()
  const toasts = useToasts()
  const [naming, setNaming] = useState<Naming>({ name: entity.name + '_copy', named: true, label: { zh: entity.plural.zh + '副本', en: (entity.plural.en || entity.name) + ' copy' } })
  const [where, setWhere] = useState('')
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set())
  const [masks, setMasks] = useState<Record<string, MaskRule>>({})
  const [at, setAt] = useState<number | null>(null)
  const key = entity.home.key ?? []
  const fields = useMemo(() => [...entity.fields].sort((a, b) => a.position - b.position), [entity])
  const names = fields.map((f) => f.name)
  const sample = useQuery({ queryKey: ['lake', branch, 'list', entity.name, 'sample', where], queryFn: ({ signal }) => listRecords({ branch, entity: entity.name, fields: names, filter: where, page_size: 5, total: true }, signal), retry: false })
  const wrong = useNameProblem(naming)
  const clone = useMutation({
    mutationFn: () => {
      const columns = names.filter((n) => !leftOut.has(n))
      const used = Object.fromEntries(Object.entries(masks).filter(([f]) => !leftOut.has(f)))
      return cloneEntity(branch, entity.name, { name: naming.name, label: bothLabels(naming), where: where || undefined, columns: leftOut.size > 0 ? columns : undefined, masks: Object.keys(used).length > 0 ? used : undefined, at: at ?? undefined })
    },
    onSuccess: (e) => {
      void client.invalidateQueries({ queryKey: ['lake', branch] })
      close()
      toasts.done(t('clone.done', { name: label(e.plural, e.name) }))
      go(paths.entity(e.name))
    },
  })
  const filterError = sample.error ? problem(sample.error) : undefined
  const masked = Object.keys(masks).filter((f) => !leftOut.has(f)).length
  return (
    <Drawer
      open
      title={t('clone.title', { entity: label(entity.plural, entity.name) })}
      onClose={close}
      size={860}
      footer={
        <div className="row">
          <span className="grow faint">{sample.data?.total !== undefined && t('clone.summary', { n: sample.data.total, masked })}</span>
          <Button onClick={close}>{t('act.cancel')}</Button>
          <Button type="primary" loading={clone.isPending} disabled={naming.name === '' || wrong !== undefined || leftOut.size >= names.length} onClick={() => clone.mutate()} data-testid={testid.clone.submit}>
            {t('clone.now')}
          </Button>
        </div>
      }
    >
      <div className="stack" style={{ gap: 16 }}>
        <p className="soft">{t('clone.intro')}</p>
        <NameRow value={naming} change={setNaming} autoFocus />
        <section>
          <h2>{t('clone.where')}</h2>
          <div className="clone-filter" data-testid={testid.clone.where}>
            <FilterBar entity={entity} filter={where} change={setWhere} error={filterError} call={0} />
          </div>
        </section>
        {homeKind(entity) === 'native' && (
          <label className="row wrap">
            <span>{t('clone.at')}</span>
            <InputNumber min={1} precision={0} value={at} onChange={setAt} placeholder={t('clone.now_')} style={{ width: 130 }} />
            <span className="faint">{t('clone.atHint', { branch: branch === MAIN ? t('branch.main') : branch })}</span>
          </label>
        )}
        <section>
          <h2>{t('clone.columns')}</h2>
          <p className="faint">{t('clone.masksHint')}</p>
          <table className="plain-table mask-table">
            <thead>
              <tr>
                <th scope="col" className="check" />
                <th scope="col">{t('filter.field')}</th>
                <th scope="col">{t('clone.mask')}</th>
                <th scope="col">{t('clone.example')}</th>
              </tr>
            </thead>
            <tbody>
              {fields.map((f) => (
                <MaskRow
                  key={f.name}
                  field={f}
                  inKey={key.includes(f.name)}
                  shown={!leftOut.has(f.name)}
                  show={(on) =>
                    setLeftOut((s) => {
                      const next = new Set(s)
                      if (on) next.delete(f.name)
                      else next.add(f.name)
                      return next
                    })
                  }
                  mask={masks[f.name]}
                  setMask={(m) =>
                    setMasks(({ [f.name]: _, ...rest }) => (m ? { ...rest, [f.name]: m } : rest))
                  }
                  sample={sample.data?.items.map((r) => r.cells[f.name]).find((c) => cellText(c) !== '')}
                  titles={sample.data?.titles ?? {}}
                />
              ))}
            </tbody>
          </table>
        </section>
        {clone.error && (
          <p className="error-note" role="alert">
            {problem(clone.error)}
          </p>
        )}
      </div>
    </Drawer>
  )
}

interface RowProps {
  field: Field
  inKey: boolean
  shown: boolean
  show: (on: boolean) => void
  mask?: MaskRule
  setMask: (m: MaskRule | undefined) => void
  sample: Parameters<typeof cellText>[0]
  titles: Parameters<ReturnType<typeof useCellText>>[2]
}

function MaskRow({ field: f, inKey, shown, show, mask, setMask, sample, titles }: RowProps) {
  const { t, label, language } = useI18n()
  const text = useCellText()
  const rules = rulesFor(f, inKey)
  const before = cellText(sample)
  const after = mask ? example(before, mask) : ''
  const set = (m: Partial<MaskRule>) => mask && setMask({ ...mask, ...m })
  return (
    <tr className={shown ? '' : 'left-out'}>
      <td className="check">
        <Checkbox checked={shown} disabled={inKey} aria-label={label(f.label, f.name)} onChange={(e) => show(e.target.checked)} />
      </td>
      <td>
        {label(f.label, f.name)} {inKey && <span className="pill">{t('declare.key')}</span>}
      </td>
      <td>
        <Space.Compact className="mask-rule">
          <Select
            size="small"
            style={{ width: 150 }}
            disabled={!shown || rules.length === 0}
            value={mask?.rule ?? ''}
            aria-label={t('clone.maskOf', { field: label(f.label, f.name) })}
            options={[{ value: '', label: t('mask.none') }, ...rules.map((r) => ({ value: r as string, label: t(`mask.${r}`) }))]}
            onChange={(r: string) => setMask(r ? firstRule(r as Rule, language) : undefined)}
            popupMatchSelectWidth={false}
            data-testid={testid.clone.mask(f.name)}
          />
          {(mask?.rule === 'first' || mask?.rule === 'shift' || mask?.rule === 'round') && <InputNumber size="small" min={mask.rule === 'round' ? 0 : 1} max={mask.rule === 'shift' ? 3650 : 18} value={mask.n} aria-label={t(`mask.n.${mask.rule}`)} title={t(`mask.n.${mask.rule}`)} onChange={(n) => n !== null && set({ n })} style={{ width: 70 }} />}
          {mask?.rule === 'constant' && <Input size="small" value={mask.text} aria-label={t('mask.constant')} onChange={(e) => set({ text: e.target.value })} style={{ width: 100 }} />}
          {(mask?.rule === 'name' || mask?.rule === 'phone') && <Select size="small" value={mask.lang ?? 'zh'} aria-label={t('profile.language')} options={[{ value: 'zh', label: '中文' }, { value: 'en', label: 'English' }]} onChange={(lang: string) => set({ lang })} style={{ width: 92 }} />}
        </Space.Compact>
      </td>
      <td>
        {before !== '' && (
          <span className="mask-example">
            <span className={'clip' + (mask ? ' faint' : '')}>{f.kind === 'vector' || f.kind === 'json' ? before : text(f, sample, titles)}</span>
            {mask && (
              <>
                <span aria-label={t('record.to')}>→</span> <strong className="clip">{after === '' ? t('value.empty') : f.kind === 'date' || f.kind === 'timestamp' || f.kind === 'integer' || f.kind === 'decimal' || f.kind === 'float' ? text(f, after, titles) : after}</strong>
              </>
            )}
          </span>
        )}
      </td>
    </tr>
  )
}
