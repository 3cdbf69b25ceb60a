import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type Completion } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { PostgreSQL, sql } from '@codemirror/lang-sql'
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { Compartment, EditorState, Prec } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, placeholder } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { forwardRef, useEffect, useImperativeHandle, useRef } from 'react'
import type { Entity } from '../api/types'
import { useI18n } from '../i18n'
import { testid } from '../testids'

export interface EditorHandle {
  insert: (text: string) => void
  replace: (text: string) => void
}

interface Props {
  value: string
  onChange: (s: string) => void
  run: () => void
  entities: Entity[]
}

const colors = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--accent)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--warning)' },
  { tag: tags.number, color: 'var(--info)' },
  { tag: tags.comment, color: 'var(--text-faint)', fontStyle: 'italic' },
  { tag: [tags.function(tags.variableName), tags.standard(tags.name)], color: 'var(--info)' },
  { tag: tags.typeName, color: 'var(--success)' },
])

const look = EditorView.theme({
  '&': { height: '100%', fontSize: '13px', backgroundColor: 'transparent', color: 'var(--text)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-content': { fontFamily: 'var(--font-code)', caretColor: 'var(--accent)', padding: '10px 0' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--text-faint)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--text) 4%, transparent)' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--accent-soft) !important' },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', border: '1px solid var(--line-strong)', borderRadius: '6px', color: 'var(--text)', overflow: 'hidden' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--selected)', color: 'var(--text)' },
  '.cm-completionDetail': { color: 'var(--text-faint)', fontStyle: 'normal' },
})

/** Entities and fields as the editor offers them, with their names in the reader's language. */
function language(entities: Entity[], label: (l: { zh: string; en: string }) => string) {
  const schema: Record<string, { self: Completion; children: Completion[] }> = {}
  for (const e of entities) {
    const column = (name: string, detail: string): Completion => ({ label: name, type: 'property', detail })
    schema[e.name] = { self: { label: e.name, type: 'class', detail: label(e.plural) }, children: [column('id', 'ID'), ...e.fields.map((f) => column(f.name, label(f.label))), column('created_at', ''), column('updated_at', '')] }
  }
  return sql({ dialect: PostgreSQL, schema, upperCaseKeywords: true })
}

export const Editor = forwardRef<EditorHandle, Props>(function Editor({ value, onChange, run, entities }, ref) {
  const { t, label } = useI18n()
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const words = useRef(new Compartment())
  const now = useRef({ onChange, run })
  now.current = { onChange, run }

  useEffect(() => {
    if (!host.current) return
    const execute = () => {
      now.current.run()
      return true
    }
    view.current = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          Prec.highest(keymap.of([{ key: 'Mod-Enter', run: execute }])),
          lineNumbers(),
          history(),
          drawSelection(),
          bracketMatching(),
          closeBrackets(),
          autocompletion({ icons: false }),
          highlightActiveLine(),
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
          words.current.of(language(entities, label)),
          syntaxHighlighting(colors),
          look,
          placeholder('SELECT …'),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': t('sql.editor') }),
          EditorView.updateListener.of((u) => u.docChanged && now.current.onChange(u.state.doc.toString())),
        ],
      }),
    })
    return () => view.current?.destroy()
  }, [])
  useEffect(() => view.current?.dispatch({ effects: words.current.reconfigure(language(entities, label)) }), [entities, label])
  useImperativeHandle(ref, () => ({
    insert: (text) => {
      const v = view.current
      if (!v) return
      v.dispatch(v.state.replaceSelection(text))
      v.focus()
    },
    replace: (text) => {
      const v = view.current
      if (!v) return
      v.dispatch({ changes: { from: 0, to: v.state.doc.length, insert: text } })
      v.focus()
    },
  }))
  return <div ref={host} className="sql-editor" data-testid={testid.sql.editor} />
})
