import { Button, InputNumber, Select, Switch } from 'antd'
import { FileSpreadsheet, UploadCloud } from 'lucide-react'
import { useRef, useState } from 'react'
import type { Dialect } from '../api/imports'
import type { Upload } from '../api/types'
import { useI18n, type TextKey } from '../i18n'
import { problemText } from '../i18n/problems'
import { useSchema } from '../records/schema'
import { useRights } from '../session/useSession'
import { testid } from '../testids'

/** Where a file is dropped or chosen. */
export function DropZone({ take, busy, accept = '.csv,.tsv,.txt,.xlsx,text/csv', text }: { take: (f: File) => void; busy: boolean; accept?: string; text?: string }) {
  const { t } = useI18n()
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const first = (files: FileList | null) => files?.[0] && take(files[0])
  return (
    <div
      className={'drop-zone' + (over ? ' over' : '')}
      onDragOver={(e) => {
        e.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(e) => {
        e.preventDefault()
        setOver(false)
        first(e.dataTransfer.files)
      }}
    >
      <UploadCloud size={36} strokeWidth={1.25} aria-hidden />
      <h2>{t('import.drop')}</h2>
      <p className="soft">{text ?? t('import.dropText')}</p>
      <input ref={input} type="file" accept={accept} className="visually-hidden" onChange={(e) => first(e.target.files)} data-testid={testid.imports.file} aria-label={t('import.choose')} tabIndex={-1} />
      <Button type="primary" loading={busy} onClick={() => input.current?.click()}>
        {t('import.choose')}
      </Button>
    </div>
  )
}

const encodings = ['utf-8', 'utf-8-bom', 'gb18030', 'utf-16le', 'utf-16be', 'windows-1252']
const delimiters = [
  { value: ',', key: 'import.comma' },
  { value: ';', key: 'import.semicolon' },
  { value: '\t', key: 'import.tab' },
  { value: '|', key: 'import.pipe' },
] as const

const fileNotes: Record<string, TextKey> = { preamble: 'note.preamble', footer: 'note.footer', header_too_few_fields: 'note.header_short' }

interface Props {
  upload: Upload
  entity: string
  chooseEntity: (e: string) => void
  reread: (d: Dialect) => void
  busy: boolean
  replace: () => void
}

/** What was found out about the file, all of it open to correction, and its first rows. */
export function FileStep({ upload: u, entity, chooseEntity, reread, busy, replace }: Props) {
  const { t, label, format, language } = useI18n()
  const schema = useSchema()
  const rights = useRights()
  const csv = u.format !== 'xlsx'
  const dialect: Dialect = csv ? { encoding: u.encoding, delimiter: u.delimiter, quote: u.quote, skip_lines: u.skip_lines, header: u.header } : { sheet: u.sheet, skip_lines: u.skip_lines, header: u.header }
  const change = (d: Dialect) => reread({ ...dialect, ...d })
  return (
    <div className="stack" style={{ gap: 16 }}>
      <div className="row wrap">
        <FileSpreadsheet size={18} aria-hidden />
        <strong>{u.name}</strong>
        <span className="faint">{format.bytes(u.size)}</span>
        <Button type="link" size="small" onClick={replace}>
          {t('import.replace')}
        </Button>
      </div>
      <div className="dialect">
        <label>
          <span>{t('import.into')}</span>
          <Select
            value={entity || undefined}
            placeholder={t('value.choose')}
            options={schema.entities.filter((e) => (e.directory ? rights.admin : e.writable)).map((e) => ({ value: e.name, label: label(e.plural, e.name) }))}
            onChange={chooseEntity}
            status={entity ? undefined : 'warning'}
            data-testid={testid.imports.entity}
          />
        </label>
        {csv && (
          <>
            <label>
              <span>{t('import.encoding')}</span>
              <Select value={u.encoding} options={[...new Set([...encodings, u.encoding])].map((e) => ({ value: e, label: e.toUpperCase() }))} onChange={(encoding) => change({ encoding })} />
            </label>
            <label>
              <span>{t('import.delimiter')}</span>
              <Select value={u.delimiter} options={[...delimiters.map((d) => ({ value: d.value as string, label: t(d.key) })), ...(delimiters.some((d) => d.value === u.delimiter) ? [] : [{ value: u.delimiter, label: u.delimiter || t('import.none') }])]} onChange={(delimiter) => change({ delimiter })} />
            </label>
            <label>
              <span>{t('import.quote')}</span>
              <Select value={u.quote} options={[{ value: '"', label: '"' }, { value: "'", label: "'" }, { value: '', label: t('import.none') }]} onChange={(quote) => change({ quote })} />
            </label>
          </>
        )}
        {!csv && (u.sheets ?? []).length > 0 && (
          <label>
            <span>{t('import.sheet')}</span>
            <Select value={u.sheet} options={(u.sheets ?? []).map((s) => ({ value: s, label: s }))} onChange={(sheet) => change({ sheet })} />
          </label>
        )}
        <label>
          <span>{t('import.skip')}</span>
          <InputNumber min={0} max={1000} value={u.skip_lines} onChange={(n) => n !== null && n !== u.skip_lines && change({ skip_lines: n })} />
        </label>
        <label>
          <span>{t('import.header')}</span>
          <span>
            <Switch checked={u.header} onChange={(header) => change({ header })} />
          </span>
        </label>
      </div>
      {(u.notes ?? []).filter((n) => n.code !== 'encoding').slice(0, 5).map((n, i) => (
        <p key={i} className="info-note">
          {n.line ? t('import.line', { line: n.line }) + ' · ' : ''}
          {fileNotes[n.code] ? t(fileNotes[n.code] as TextKey) : problemText(language, n.code, {}, n.detail)}
        </p>
      ))}
      <Preview upload={u} busy={busy} />
    </div>
  )
}

function Preview({ upload: u, busy }: { upload: Upload; busy: boolean }) {
  const { t } = useI18n()
  return (
    <div className="file-preview" aria-busy={busy}>
      <table className="plain-table">
        <caption className="visually-hidden">{t('import.preview')}</caption>
        <thead>
          <tr>
            {u.columns.map((c, i) => (
              <th key={i} scope="col">
                {c.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {u.rows.slice(0, 30).map((r, i) => (
            <tr key={i}>
              {u.columns.map((_, j) => (
                <td key={j} title={r[j]}>
                  {r[j]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
