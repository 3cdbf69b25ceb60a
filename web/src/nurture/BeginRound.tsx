import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import { beginNurture, type NurtureContact, type NurtureStanding } from '../api/nurture'
import { useBranch } from '../app/navigation'
import { useToasts } from '../app/Toasts'
import { useI18n } from '../i18n'
import '../i18n/nurture'
import { useSchema } from '../records/schema'
import { testid } from '../testids'
import { movedTo, said } from './standing'

/** A round before it begins: each touch with its day and whom it goes to. */
export function BeginRound({ standing: s, contacts, account, done }: { standing: NurtureStanding; contacts: NurtureContact[]; account: string; done: () => void }) {
  const { t, language, label, format } = useI18n()
  const schema = useSchema()
  const branch = useBranch()
  const toasts = useToasts()
  const client = useQueryClient()
  const [start, setStart] = useState(s.draft.start_on)
  const [whom, setWhom] = useState<Record<string, string>>(() => Object.fromEntries(s.draft.touches.flatMap((x) => (x.suggested ? [[x.id, x.suggested]] : []))))
  const role = (name: string | undefined) => label(schema.field('contacts', 'role')?.options?.find((o) => o.name === name)?.label, name)
  const valid = /^\d{4}-\d\d-\d\d$/.test(start)
  const begin = useMutation({
    mutationFn: () => beginNurture(branch, account, { pack: s.pack, plan: s.plan.id, start_on: start, contacts: whom }, language),
    onSuccess: (r) => {
      toasts.undoable(t('nurture.begun', { n: r.tasks }), branch, r.revision)
      void client.invalidateQueries({ queryKey: ['lake'] })
      done()
    },
    onError: toasts.fail,
  })
  return (
    <div className="nurture-begin">
      <label className="row">
        {t('nurture.startOn')}
        <Input type="date" value={start} onChange={(e) => setStart(e.target.value)} style={{ width: 160 }} />
      </label>
      <ol className="nurture-touches">
        {s.draft.touches.map((x) => (
          <li key={x.id}>
            <time className="nurture-day">{valid ? format.date(movedTo(x.day, start)) : ''}</time>
            <div className="grow">
              <p>{said(x.text, language)}</p>
              <p className="faint">{t('nurture.goal', { text: said(x.goal, language) })}</p>
            </div>
            <Select
              allowClear
              size="small"
              style={{ width: 190 }}
              aria-label={t('nurture.whom')}
              placeholder={x.role ? role(x.role) : t('nurture.whom')}
              value={whom[x.id]}
              onChange={(id: string | undefined) => setWhom(({ [x.id]: _, ...rest }) => (id ? { ...rest, [x.id]: id } : rest))}
              options={contacts.map((c) => ({ value: c.id, label: c.role ? `${c.name}（${role(c.role)}）` : c.name }))}
              notFoundContent={t('nurture.nobody')}
            />
          </li>
        ))}
      </ol>
      <Button type="primary" size="small" disabled={!valid} loading={begin.isPending} onClick={() => begin.mutate()} data-testid={testid.nurture.begin}>
        {t('nurture.begin')}
      </Button>
    </div>
  )
}
