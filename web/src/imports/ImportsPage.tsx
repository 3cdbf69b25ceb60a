import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { Upload } from 'lucide-react'
import { listImports } from '../api/imports'
import { Failure } from '../app/Failure'
import { Go, paths, useBranch, useGo } from '../app/navigation'
import { Teach } from '../app/Teach'
import { useI18n } from '../i18n'
import { useSchema } from '../records/schema'
import { useRights } from '../session/useSession'
import { testid } from '../testids'
import { tone } from './ImportPage'
import './imports.css'

export default function ImportsPage() {
  const { t, label, format } = useI18n()
  const branch = useBranch()
  const schema = useSchema()
  const rights = useRights()
  const go = useGo()
  const { data = [], isPending, error, refetch } = useQuery({ queryKey: ['imports', branch], queryFn: () => listImports(branch), refetchInterval: (q) => (q.state.data?.some((i) => i.state === 'running') ? 1500 : false) })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  const create = rights.write && (
    <Button type="primary" icon={<Upload size={15} />} onClick={() => go('/imports/new')} data-testid={testid.imports.open}>
      {t('import.new')}
    </Button>
  )
  return (
    <div className="page">
      <div className="page-head">
        <h1 className="grow">{t('nav.imports')}</h1>
        {create}
      </div>
      <div className="page-body">
        {!isPending && data.length === 0 ? (
          <Teach icon={Upload} title={t('import.emptyTitle')} text={t('import.emptyText')}>
            {create}
          </Teach>
        ) : (
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">{t('import.file')}</th>
                <th scope="col">{t('import.into')}</th>
                <th scope="col">{t('import.stateHead')}</th>
                <th scope="col" className="num">{t('import.read')}</th>
                <th scope="col" className="num">{t('import.inserted')}</th>
                <th scope="col" className="num">{t('import.updated')}</th>
                <th scope="col" className="num">{t('import.rejected')}</th>
                <th scope="col">{t('import.who')}</th>
                <th scope="col">{t('import.when')}</th>
              </tr>
            </thead>
            <tbody>
              {data.map((i) => (
                <tr key={i.id}>
                  <td>
                    <Go to={paths.import(i.id)}>{i.file}</Go>
                  </td>
                  <td>{label(schema.entity(i.entity)?.plural, i.entity)}</td>
                  <td>
                    <span className={'pill ' + tone(i.state)}>{t(`import.state.${i.state}`)}</span>
                  </td>
                  <td className="num">{format.number(i.read)}</td>
                  <td className="num">{format.number(i.inserted)}</td>
                  <td className="num">{format.number(i.updated)}</td>
                  <td className={'num' + (i.rejected > 0 ? ' danger' : '')}>{format.number(i.rejected)}</td>
                  <td>{i.actor_name}</td>
                  <td>
                    <time title={format.time(i.started_at)}>{format.ago(i.started_at)}</time>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </div>
  )
}
