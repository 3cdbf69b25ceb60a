import { useQuery } from '@tanstack/react-query'
import { Sprout } from 'lucide-react'
import { accountNurture, type AccountNurture, type NurtureStanding } from '../api/nurture'
import { Failure } from '../app/Failure'
import { usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { Teach } from '../app/Teach'
import { useI18n } from '../i18n'
import '../i18n/nurture'
import { WaitingFacts } from '../records/list/Peek'
import type { TabProps } from '../records/show/tabs'
import { testid } from '../testids'
import { Plan } from './Plan'
import './nurture.css'

const atHand = (s: NurtureStanding) => s.round?.running || s.fits || s.round !== undefined

/** Keeping in touch with an account that isn't ready: plans, their touches, and what ends the waiting. */
export default function NurtureTab({ record }: TabProps) {
  const place = usePlace()
  const { data, error, refetch } = useQuery({ queryKey: ['lake', placeKey(place), 'nurture', record.id], queryFn: ({ signal }) => accountNurture(place, record.id, signal) })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <WaitingFacts />
  return <Plans data={data} account={record.id} />
}

function Plans({ data, account }: { data: AccountNurture; account: string }) {
  const { t } = useI18n()
  const near = data.plans.filter(atHand)
  const far = data.plans.filter((s) => !atHand(s))
  return (
    <div className="nurture-tab" data-testid={testid.nurture.tab}>
      {near.length === 0 && <Teach icon={Sprout} title={t('nurture.emptyTitle')} text={t('nurture.emptyText')} id={testid.nurture.empty} />}
      {near.map((s) => (
        <Plan key={s.pack + s.plan.id} standing={s} contacts={data.contacts} account={account} />
      ))}
      {far.length > 0 && (
        <details open={near.length === 0}>
          <summary>{t('nurture.others')}</summary>
          {far.map((s) => (
            <Plan key={s.pack + s.plan.id} standing={s} contacts={data.contacts} account={account} />
          ))}
        </details>
      )}
    </div>
  )
}
