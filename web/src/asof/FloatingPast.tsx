import { Button } from 'antd'
import { GitBranchPlus, Waves } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { usePlace } from '../app/navigation'
import { Teach } from '../app/Teach'
import { useI18n } from '../i18n'
import '../i18n/asof'
import { useSchema } from '../records/schema'
import { useRights } from '../session/useSession'
import { testid } from '../testids'
import { useGoTo } from './useMoment'

const CreateBranch = lazy(() => import('../branches/CreateBranch'))

/** Why an entity that shows its source has no past, and how it gets one from now on. */
export default function FloatingPast({ entity }: { entity: string }) {
  const { t, label } = useI18n()
  const { at } = usePlace()
  const schema = useSchema()
  const rights = useRights()
  const goTo = useGoTo()
  const [creating, setCreating] = useState(false)
  const name = label(schema.entity(entity)?.plural, entity)
  return (
    <>
      <Teach icon={Waves} title={t('asof.floatingTitle', { entity: name })} text={t('asof.floatingText', { entity: name })} id={testid.asof.floating}>
        {rights.branch && (
          <Button icon={<GitBranchPlus size={14} />} onClick={() => setCreating(true)} data-testid={testid.asof.pin}>
            {t('asof.pin')}
          </Button>
        )}
        {at !== undefined && (
          <Button type="primary" onClick={() => goTo()}>
            {t('asof.back')}
          </Button>
        )}
      </Teach>
      <Suspense fallback={null}>{creating && <CreateBranch pinned close={() => setCreating(false)} />}</Suspense>
    </>
  )
}
