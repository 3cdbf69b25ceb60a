import type { Shape } from '../api/homeTypes'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { useSchema } from '../records/schema'
import { testid } from '../testids'
import '../sources/sources.css'

/** The columns of a SELECT, their types, and the fields they come from. */
export function ShapeTable({ shape }: { shape: Shape }) {
  const { t, label } = useI18n()
  const schema = useSchema()
  const from = (column: string) => shape.reads.filter((r) => r.column === column)
  return (
    <div className="draft-fields" tabIndex={0} role="region" aria-label={t('derive.columns')} data-testid={testid.catalog.shape} data-columns={shape.columns.length}>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{t('declare.column')}</th>
            <th scope="col">{t('field.kind')}</th>
            <th scope="col">{t('derive.from')}</th>
          </tr>
        </thead>
        <tbody>
          {shape.columns.map((c) => (
            <tr key={c.name}>
              <td>
                <code>{c.name}</code>
              </td>
              <td title={c.type}>
                {t(`field.kind.${c.kind}`)} <code className="faint">{c.type}</code>
              </td>
              <td className="faint">
                {from(c.name)
                  .map((r) => label(schema.entity(r.entity)?.label, r.entity) + ' · ' + label(schema.field(r.entity, r.field)?.label, r.field))
                  .join('、') || t('derive.computed')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
