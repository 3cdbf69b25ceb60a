import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Checkbox, Input, Modal, Radio } from 'antd'
import { useState } from 'react'
import { createBranch } from '../api/branches'
import { MAIN, useBranch } from '../app/navigation'
import { useProblem } from '../app/useProblem'
import { stateOf } from '../homes/home'
import { ModeBadge } from '../homes/ModeBadge'
import { useI18n } from '../i18n'
import { useSchema } from '../records/schema'
import { testid } from '../testids'
import { useSwitchBranch } from './BranchSwitch'

/** Asks for a name and opens a branch of the branch that is shown. */
export default function CreateBranch({ close, pinned = false }: { close: () => void; pinned?: boolean }) {
  const { t } = useI18n()
  const problem = useProblem()
  const from = useBranch()
  const client = useQueryClient()
  const switchTo = useSwitchBranch()
  const [name, setName] = useState('')
  const [note, setNote] = useState('')
  const [shared, setShared] = useState(false)
  const [pin, setPin] = useState(pinned)
  const floating = useSchema().entities.filter((e) => stateOf(e).mode === 'floating' || stateOf(e).mode === 'kept')
  const create = useMutation({
    mutationFn: () => createBranch({ name: name.trim(), from, shared, note: note.trim() || undefined, pin: pin || undefined }),
    onSuccess: (b) => {
      void client.invalidateQueries({ queryKey: ['branches'] })
      close()
      switchTo(b.name)
    },
  })
  return (
    <Modal
      open
      title={t('branch.createTitle')}
      onCancel={close}
      onOk={() => create.mutate()}
      okText={t('branch.create')}
      cancelText={t('act.cancel')}
      okButtonProps={{ disabled: !name.trim(), loading: create.isPending, 'data-testid': testid.shell.branchSubmit }}
      width={440}
    >
      <div className="stack">
        <p className="soft">{t('branch.createIntro', { parent: from === MAIN ? t('branch.main') : from })}</p>
        <label className="stack" style={{ gap: 4 }}>
          <span>{t('branch.name')}</span>
          <Input autoFocus value={name} maxLength={64} placeholder={t('branch.nameExample')} onChange={(e) => setName(e.target.value)} onPressEnter={() => name.trim() && create.mutate()} data-testid={testid.shell.branchName} />
        </label>
        <label className="stack" style={{ gap: 4 }}>
          <span>{t('branch.note')}</span>
          <Input value={note} placeholder={t('branch.noteExample')} onChange={(e) => setNote(e.target.value)} data-testid={testid.shell.branchNote} />
        </label>
        {floating.length > 0 && (
          <fieldset className="pin-choice">
            <legend>{t('branch.foreign', { n: floating.length })}</legend>
            <Radio.Group value={pin} onChange={(e) => setPin(e.target.value as boolean)}>
              <Radio value={false}>
                <ModeBadge state={{ mode: 'floating' }} bare />
                <small className="soft">{t('branch.floatText')}</small>
              </Radio>
              <Radio value={true} data-testid={testid.homes.pin}>
                <ModeBadge state={{ mode: 'pinned' }} bare />
                <small className="soft">{t('branch.pinText')}</small>
              </Radio>
            </Radio.Group>
          </fieldset>
        )}
        <Checkbox checked={shared} onChange={(e) => setShared(e.target.checked)}>
          {t('branch.share')}
        </Checkbox>
        {create.error && (
          <p className="error-note" role="alert">
            {problem(create.error)}
          </p>
        )}
      </div>
    </Modal>
  )
}
