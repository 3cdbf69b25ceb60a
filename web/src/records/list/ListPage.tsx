import { useParams } from 'react-router'
import { Failure } from '../../app/Failure'
import { NotFound } from '../../app/NotFound'
import { useSchemaQuery } from '../schema'
import { List } from './List'

/** The list of any entity. */
export default function ListPage() {
  const { entity: name = '' } = useParams()
  const { schema, isPending, error, refetch } = useSchemaQuery()
  const entity = schema.entity(name)
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (isPending) return null
  if (!entity) return <NotFound />
  return <List key={name} entity={entity} />
}
