import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { Radar } from 'lucide-react'
import { startRecon } from '../api/recon'
import { MAIN, useBranch, useGo } from '../app/navigation'
import { useToasts } from '../app/Toasts'
import { useI18n } from '../i18n'
import '../i18n/recon'
import { testid } from '../testids'

/** Looks at the domains of the accounts that are selected in a list. */
export default function BulkRecon({ which }: { which: { ids?: string[]; filter?: string } }) {
  const { t, language } = useI18n()
  const branch = useBranch()
  const toasts = useToasts()
  const go = useGo()
  const start = useMutation({
    mutationFn: () => startRecon(branch, which, language),
    onSuccess: (j) => {
      toasts.done(t('recon.started'))
      go('/recon?job=' + j.id)
    },
    onError: toasts.fail,
  })
  if (branch !== MAIN) return null
  return (
    <Button size="small" icon={<Radar size={13} />} onClick={() => start.mutate()} loading={start.isPending} data-testid={testid.recon.bulk}>
      {t('nav.recon')}
    </Button>
  )
}
