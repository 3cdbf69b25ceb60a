import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Dropdown, Input, Popover } from 'antd'
import { MoreHorizontal, Save, Users } from 'lucide-react'
import { useState } from 'react'
import { deleteView, listViews, saveView, updateView } from '../../api/records'
import type { View } from '../../api/types'
import { useToasts } from '../../app/Toasts'
import { useI18n } from '../../i18n'
import { testid } from '../../testids'
import { sameView, type Defaults, type ListState } from './state'

interface Props {
  entity: string
  state: ListState
  defaults: Defaults
  change: (c: Partial<ListState>) => void
}

/** Saved views as tabs; a change shows a quiet offer to save. */
export function ViewTabs({ entity, state, defaults, change }: Props) {
  const { t } = useI18n()
  const client = useQueryClient()
  const toasts = useToasts()
  const key = ['views', entity]
  const { data: views = [] } = useQuery({ queryKey: key, queryFn: () => listViews(entity), staleTime: 60_000 })
  const refresh = () => void client.invalidateQueries({ queryKey: key })
  const current = views.find((v) => v.id === state.view)
  const all = { filter: '', order: defaults.order, fields: defaults.fields, sums: [] }
  const dirty = !sameView(current?.state ?? all, state)
  const show = (v: View | undefined) => change({ view: v?.id ?? '', filter: v?.state.filter ?? '', order: v?.state.order ?? defaults.order, fields: v?.state.fields.length ? v.state.fields : defaults.fields, peek: '' })
  const now = { filter: state.filter, order: state.order, fields: state.fields, sums: [] }
  const update = useMutation({ mutationFn: (v: View) => updateView(v.id, { state: now }), onSuccess: () => (refresh(), toasts.done(t('act.saved'))), onError: toasts.fail })
  const remove = useMutation({ mutationFn: (v: View) => deleteView(v.id), onSuccess: () => (refresh(), show(undefined)), onError: toasts.fail })
  return (
    <div className="view-tabs" role="tablist" aria-label={t('view.title')}>
      <button type="button" role="tab" className="view-tab" aria-selected={!current} onClick={() => show(undefined)} data-testid={testid.list.viewTab('all')}>
        {t('view.all')}
      </button>
      {views.map((v) => (
        <button type="button" role="tab" key={v.id} className="view-tab" aria-selected={v === current} onClick={() => show(v)} data-testid={testid.list.viewTab(v.name)}>
          {v.name} {v.shared && <Users size={11} aria-label={t('branch.shared')} style={{ verticalAlign: -1, opacity: 0.6 }} />}
        </button>
      ))}
      {current && current.mine !== false && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: [
              { key: 'save', label: t('view.update'), disabled: !dirty, onClick: () => update.mutate(current) },
              { key: 'revert', label: t('view.revert'), disabled: !dirty, onClick: () => show(current) },
              { type: 'divider' },
              { key: 'delete', danger: true, label: t('view.delete'), onClick: () => remove.mutate(current) },
            ],
          }}
        >
          <button type="button" className="icon-button" aria-label={t('act.more')}>
            <MoreHorizontal size={15} />
          </button>
        </Dropdown>
      )}
      {dirty && (
        <SaveView
          entity={entity}
          state={now}
          saved={(v) => {
            refresh()
            change({ view: v.id })
          }}
        />
      )}
    </div>
  )
}

function SaveView({ entity, state, saved }: { entity: string; state: View['state']; saved: (v: View) => void }) {
  const { t } = useI18n()
  const toasts = useToasts()
  const [open, setOpen] = useState(false)
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const save = useMutation({
    mutationFn: () => saveView({ entity, name: name.trim(), shared, state }),
    onSuccess: (v) => {
      setOpen(false)
      setName('')
      saved(v)
    },
    onError: toasts.fail,
  })
  const form = (
    <div className="stack" style={{ width: 240 }}>
      <Input autoFocus value={name} placeholder={t('view.name')} aria-label={t('view.name')} onChange={(e) => setName(e.target.value)} onPressEnter={(e) => !e.nativeEvent.isComposing && name.trim() && save.mutate()} data-testid={testid.list.viewName} />
      <Checkbox checked={shared} onChange={(e) => setShared(e.target.checked)}>
        {t('branch.share')}
      </Checkbox>
      <Button type="primary" disabled={!name.trim()} loading={save.isPending} onClick={() => save.mutate()} data-testid={testid.list.viewSubmit}>
        {t('act.save')}
      </Button>
    </div>
  )
  return (
    <Popover trigger="click" open={open} onOpenChange={setOpen} content={form} placement="bottomLeft" destroyOnHidden>
      <Button size="small" type="text" icon={<Save size={13} />} data-testid={testid.list.viewSave}>
        {t('view.save')}
      </Button>
    </Popover>
  )
}
