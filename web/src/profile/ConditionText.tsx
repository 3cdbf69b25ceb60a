import type { Condition } from '../api/profile'
import { useI18n } from '../i18n'
import { tryParse } from '../records/filter/parse'
import { useSentence } from '../records/filter/useSentence'
import { useSchema } from '../records/schema'

/** A condition as a sentence; where it can't be read as one, its filter text. */
export function ConditionText({ of }: { of: Condition }) {
  const { label } = useI18n()
  const schema = useSchema()
  const entity = of.of || 'accounts'
  const { node, ok } = tryParse(of.if)
  const said = useSentence(node, entity)
  const e = schema.entity(entity)
  return (
    <span title={of.if}>
      {of.of && of.of !== 'accounts' && <span className="pill">{label(e?.label, entity)}</span>} {ok && node ? said.sentence(node) : <code>{of.if}</code>}
    </span>
  )
}
