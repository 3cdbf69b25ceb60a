import { Modal } from 'antd'
import { useI18n, type TextKey } from '../i18n'
import { keyName } from './keys'

const rows: [string[], TextKey][] = [
  [[keyName('mod') + 'K'], 'keys.search'],
  [['/'], 'keys.filter'],
  [['j', 'k'], 'keys.rows'],
  [['←', '→'], 'keys.cells'],
  [['Enter'], 'keys.open'],
  [['Space'], 'keys.preview'],
  [['x'], 'keys.select'],
  [['e'], 'keys.edit'],
  [['n'], 'keys.new'],
  [['b'], 'keys.branch'],
  [['h'], 'keys.asOf'],
  [['g', 'd'], 'keys.deals'],
  [['g', 'a'], 'keys.accounts'],
  [['g', 's'], 'keys.sql'],
  [['g', 'e'], 'keys.catalog'],
  [['g', 'o'], 'keys.sources'],
  [[keyName('mod') + 'Enter'], 'keys.submit'],
  [['Esc'], 'keys.leave'],
  [['?'], 'keys.this'],
]

export default function KeySheet({ close }: { close: () => void }) {
  const { t } = useI18n()
  return (
    <Modal open title={t('top.shortcuts')} footer={null} onCancel={close} width={440}>
      <table className="plain-table">
        <tbody>
          {rows.map(([keys, text]) => (
            <tr key={text}>
              <td>{t(text)}</td>
              <td className="num">
                {keys.map((k) => (
                  <span key={k}>
                    <kbd>{k}</kbd>{' '}
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  )
}
