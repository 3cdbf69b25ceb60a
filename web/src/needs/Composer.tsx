import { Button, Checkbox, Input, Progress, Select } from 'antd'
import { FileUp, Layers, Sparkles } from 'lucide-react'
import { useRef, useState } from 'react'
import type { NoteLine } from '../api/needs'
import { keyName } from '../app/keys'
import { useI18n } from '../i18n'
import '../i18n/needs'
import { testid } from '../testids'
import type { Mining } from './useMining'

/** Where a note comes in: pasted, dropped, chosen from what is there, or all of that. */
export function Composer({ mining, notes, id, assistant }: { mining: Mining; notes: NoteLine[]; id: string; assistant?: string }) {
  const { t, format } = useI18n()
  const key = 'headwater.needs.' + id
  const [text, set] = useState(() => sessionStorage.getItem(key) ?? '')
  const change = (s: string) => {
    set(s)
    if (s) sessionStorage.setItem(key, s)
    else sessionStorage.removeItem(key)
  }
  const [assist, setAssist] = useState(false)
  const mine = () => text.trim() && !mining.one.isPending && mining.one.mutate({ text, assist }, { onSuccess: () => change('') })
  const run = mining.running
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const take = (files: FileList | null) => files?.[0] && mining.one.mutate(files[0])
  return (
    <section
      className={'needs-composer composer' + (over ? ' over' : '')}
      onDragOver={(e) => {
        e.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(e) => {
        e.preventDefault()
        setOver(false)
        take(e.dataTransfer.files)
      }}
    >
      <Input.TextArea
        value={text}
        onChange={(e) => change(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === 'Enter' && (e.metaKey || e.ctrlKey)) {
            e.preventDefault()
            mine()
          }
        }}
        placeholder={t('need.placeholder')}
        aria-label={t('need.paste')}
        autoSize={{ minRows: 3, maxRows: 14 }}
        variant="borderless"
        data-testid={testid.needs.paste}
      />
      {run ? (
        <div className="row wrap composer-foot" data-testid={testid.needs.progress}>
          <Progress percent={run.all ? Math.round((run.done / run.all) * 100) : 100} size="small" showInfo={false} style={{ flex: '1 1 160px' }} />
          <span className="faint">{t('need.mineAllProgress', { done: run.done, all: run.all, found: run.found })}</span>
          <Button size="small" onClick={mining.stop}>
            {t('need.stop')}
          </Button>
        </div>
      ) : (
        <div className="row wrap composer-foot">
          <Select
            size="small"
            variant="filled"
            showSearch={{ optionFilterProp: 'search' }}
            placeholder={t('need.choose')}
            aria-label={t('need.choose')}
            value={null}
            popupMatchSelectWidth={380}
            style={{ minWidth: 150 }}
            notFoundContent={<span className="faint">{t('need.noNotes')}</span>}
            onChange={(activity: string | null) => activity && mining.one.mutate({ activity, assist })}
            options={notes.map((n) => ({
              value: n.id,
              search: n.subject + ' ' + n.opening,
              label: (
                <span className="note-option">
                  <span className="clip">{n.subject}</span>
                  <small className="faint clip">
                    {n.happened_at ? format.ago(n.happened_at) + ' · ' : ''}
                    {n.decided > 0 ? t('need.decidedOf', { n: n.decided }) : n.opening}
                  </small>
                </span>
              ),
            }))}
            data-testid={testid.needs.choose}
          />
          <input
            ref={input}
            type="file"
            accept=".txt,.md,.docx,.eml,text/plain"
            className="visually-hidden"
            tabIndex={-1}
            aria-label={t('need.file')}
            onChange={(e) => {
              take(e.target.files)
              e.target.value = ''
            }}
            data-testid={testid.needs.file}
          />
          <Button size="small" type="text" icon={<FileUp size={14} />} title={t('need.fileHint')} onClick={() => input.current?.click()}>
            {t('need.file')}
          </Button>
          {notes.length > 1 && (
            <Button size="small" type="text" icon={<Layers size={14} />} onClick={() => void mining.all(notes)} data-testid={testid.needs.all}>
              {t('need.mineAll', { n: notes.length })}
            </Button>
          )}
          {assistant !== undefined && (
            <Checkbox checked={assist} onChange={(e) => setAssist(e.target.checked)} title={t('need.assistHint', { model: assistant })}>
              {t('need.assist')}
            </Checkbox>
          )}
          <span className="grow" />
          <span className="faint wide-only">{keyName('mod')}Enter</span>
          <Button size="small" type="primary" icon={<Sparkles size={14} />} disabled={!text.trim()} loading={mining.one.isPending} onClick={mine} data-testid={testid.needs.mine}>
            {t(mining.one.isPending ? 'need.mining' : 'need.mine')}
          </Button>
        </div>
      )}
    </section>
  )
}
