import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { ServerCog } from 'lucide-react'
import { createRecord } from '../api/records'
import type { ReconProposal } from '../api/recon'
import type { LakeRecord } from '../api/types'
import { useBranch } from '../app/navigation'
import { useToasts } from '../app/Toasts'
import { useI18n } from '../i18n'
import '../i18n/recon'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'

/** A system that shows from outside; it is written only when a person agrees. */
export function Proposal({ proposal, account }: { proposal: ReconProposal; account: LakeRecord }) {
  const { t } = useI18n()
  const branch = useBranch()
  const rights = useRightsHere()
  const toasts = useToasts()
  const client = useQueryClient()
  const accept = useMutation({
    mutationFn: () => createRecord(branch, 'systems', { name: proposal.name, kind: proposal.kind, note: proposal.note, account: account.id, owner: account.cells['owner'] ?? null }),
    onSuccess: (r) => {
      toasts.undoable(t('recon.accepted'), branch, r.rev)
      void client.invalidateQueries({ queryKey: ['lake'] })
    },
    onError: toasts.fail,
  })
  return (
    <div className="info-note recon-proposal" data-testid={testid.recon.proposal}>
      <ServerCog size={16} aria-hidden />
      <span className="grow">
        <strong>{t('recon.proposal', { name: proposal.name })}</strong> {t('recon.proposalText', { note: proposal.note })}
      </span>
      {rights.write && (
        <Button size="small" onClick={() => accept.mutate()} loading={accept.isPending} data-testid={testid.recon.accept}>
          {t('recon.accept')}
        </Button>
      )}
    </div>
  )
}
