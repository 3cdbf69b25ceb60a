import { useMutation } from '@tanstack/react-query'
import { Button, Steps } from 'antd'
import { useEffect, useState } from 'react'
import { useSearchParams } from 'react-router'
import { planImport, previewImport, resniff, startImport, uploadFile, type Dialect } from '../api/imports'
import type { DryRun, Plan, Upload } from '../api/types'
import { MAIN, paths, useBranch, useGo } from '../app/navigation'
import { useProblem } from '../app/useProblem'
import { useI18n } from '../i18n'
import { useSchema } from '../records/schema'
import { testid } from '../testids'
import { CheckStep } from './CheckStep'
import { DropZone, FileStep } from './FileStep'
import { MapStep } from './MapStep'
import { unfilled } from './plan'
import { track } from './tracked'
import './imports.css'

type Step = 0 | 1 | 2

/** From a file to records: what it holds, what it means, what would happen, and then it happens. */
export default function WizardPage() {
  const { t, label, format } = useI18n()
  const problem = useProblem()
  const go = useGo()
  const branch = useBranch()
  const schema = useSchema()
  const [params, setParams] = useSearchParams()
  const target = params.get('entity') ?? ''
  const [step, setStep] = useState<Step>(0)
  const [upload, setUpload] = useState<Upload | null>(null)
  const [plan, setPlan] = useState<Plan | null>(null)
  const [run, setRun] = useState<DryRun | null>(null)
  const entity = schema.entity(plan?.entity ?? target)

  const set = (name: string, value: string) =>
    setParams(
      (p) => {
        const next = new URLSearchParams(p)
        if (value) next.set(name, value)
        else next.delete(name)
        return next
      },
      { replace: true },
    )
  const took = (u: Upload) => {
    setUpload(u)
    setPlan(null)
    setRun(null)
    set('upload', u.upload)
  }
  const send = useMutation({ mutationFn: uploadFile, onSuccess: took })
  const read = useMutation({ mutationFn: ({ id, dialect }: { id: string; dialect: Dialect }) => resniff(id, dialect), onSuccess: took, onError: () => set('upload', '') })
  const suggest = useMutation({
    mutationFn: () => planImport(branch, upload?.upload ?? '', target),
    onSuccess: (p) => {
      setPlan(p)
      setRun(null)
      setStep(1)
    },
  })
  const check = useMutation({
    mutationFn: (p: Plan) => previewImport(branch, upload?.upload ?? '', p),
    onSuccess: (r) => {
      setRun(r)
      setStep(2)
    },
  })
  const start = useMutation({
    mutationFn: () => startImport(branch, upload?.upload ?? '', plan as Plan),
    onSuccess: (i) => {
      track(i.id)
      go(paths.import(i.id))
    },
  })
  // A reload brings the file back: it is still on the server.
  const kept = params.get('upload')
  const { mutate: readAgain } = read
  useEffect(() => {
    if (kept && !upload) readAgain({ id: kept, dialect: {} })
  }, [])

  const change = (p: Plan) => {
    setPlan(p)
    if (step === 2) check.mutate(p)
  }
  const missing = plan && entity ? unfilled(plan, entity) : []
  const error = send.error ?? suggest.error ?? check.error ?? start.error ?? (upload ? read.error : null)
  const busy = suggest.isPending || check.isPending || start.isPending
  const next = () => (step === 0 ? suggest.mutate() : step === 1 && plan ? check.mutate(plan) : start.mutate())
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('import.title')}</h1>
        {branch !== MAIN && <span className="pill info">{t('import.onto', { branch })}</span>}
        <Steps size="small" className="wizard-steps wide-only" current={step} items={[{ title: t('import.stepFile') }, { title: t('import.stepMap') }, { title: t('import.stepCheck') }]} />
      </div>
      <div className="page-body wizard">
        {step === 0 && !upload && <DropZone take={(f) => send.mutate(f)} busy={send.isPending || read.isPending} />}
        {step === 0 && upload && <FileStep upload={upload} entity={target} chooseEntity={(e) => set('entity', e)} reread={(dialect) => read.mutate({ id: upload.upload, dialect })} busy={read.isPending} replace={() => setUpload(null)} />}
        {step === 1 && upload && plan && entity && <MapStep upload={upload} plan={plan} entity={entity} change={change} run={run ?? undefined} />}
        {step === 2 && upload && plan && entity && run && <CheckStep plan={plan} entity={entity} run={run} change={change} busy={check.isPending} />}
        {error && (
          <p className="error-note" role="alert">
            {problem(error)}
          </p>
        )}
      </div>
      {upload && (
        <div className="wizard-foot">
          {step > 0 && (
            <Button onClick={() => setStep((step - 1) as Step)} data-testid={testid.imports.back}>
              {t('act.back')}
            </Button>
          )}
          <span className="grow soft">{step === 1 && missing.length > 0 && <span className="danger">{t('import.unfilled', { fields: format.list(missing.map((f) => label(f.label, f.name))) })}</span>}</span>
          <Button type="primary" loading={busy} disabled={(step === 0 && !target) || (step === 2 && run !== null && run.read === run.rejected)} onClick={next} data-testid={step === 2 ? testid.imports.start : testid.imports.next}>
            {step === 2 ? t('import.start', { n: run ? run.inserted + run.updated : 0 }) : step === 1 ? t('import.check') : t('act.next')}
          </Button>
        </div>
      )}
    </div>
  )
}
