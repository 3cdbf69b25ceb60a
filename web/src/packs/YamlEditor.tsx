import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language'
import { EditorState, StateEffect, StateField } from '@codemirror/state'
import { Decoration, drawSelection, EditorView, keymap, lineNumbers, type DecorationSet } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { useEffect, useRef } from 'react'
import type { PackProblem } from '../api/packs'
import { useI18n } from '../i18n'
import '../i18n/packs'
import { testid } from '../testids'

interface Props {
  value: string
  problems: PackProblem[]
  readOnly?: boolean
  onChange: (s: string) => void
}

/** Enough of YAML to colour it: keys, quoted texts, numbers, truth values, comments. */
const yaml = StreamLanguage.define<{ value: boolean }>({
  startState: () => ({ value: false }),
  token(stream, state) {
    if (stream.sol()) state.value = false
    if (stream.eatSpace()) return null
    if (stream.match(/^#.*/)) return 'comment'
    if (!state.value && stream.match(/^- /)) return 'punctuation'
    if (stream.match(/^[A-Za-z_][\w-]*(?=:(\s|$))/)) return 'propertyName'
    if (stream.match(/^:(?=\s|$)/)) {
      state.value = true
      return 'punctuation'
    }
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'(?:[^']|'')*'?/)) return 'string'
    if (stream.match(/^(true|false|null)(?=[\s,}\]]|$)/)) return 'keyword'
    if (stream.match(/^-?\d+(\.\d+)?(?=[\s,}\]]|$)/)) return 'number'
    if (stream.match(/^[{}[\],]/)) return 'punctuation'
    stream.next()
    stream.match(/^[^\s{}[\],:#"']+/)
    return null
  },
})

const colors = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--accent)' },
  { tag: tags.string, color: 'var(--warning)' },
  { tag: [tags.number, tags.keyword], color: 'var(--info)' },
  { tag: tags.comment, color: 'var(--text-faint)', fontStyle: 'italic' },
  { tag: tags.punctuation, color: 'var(--text-faint)' },
])

const look = EditorView.theme({
  '&': { fontSize: '12.5px', color: 'var(--text)', border: '1px solid var(--line)', borderRadius: '6px', maxHeight: '62vh' },
  '&.cm-focused': { outline: 'none', borderColor: 'var(--accent)' },
  '.cm-scroller': { overflow: 'auto' },
  '.cm-content': { fontFamily: 'var(--font-code)', caretColor: 'var(--accent)', padding: '8px 0' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--text-faint)', border: 'none' },
  '.cm-wrong': { backgroundColor: 'var(--danger-soft)' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--accent-soft) !important' },
})

const mark = StateEffect.define<number[]>()
const wrongLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(set, tr) {
    let next = tr.docChanged ? Decoration.none : set
    for (const e of tr.effects)
      if (e.is(mark)) next = Decoration.set(e.value.filter((n) => n > 0 && n <= tr.state.doc.lines).sort((a, b) => a - b).map((n) => Decoration.line({ class: 'cm-wrong' }).range(tr.state.doc.line(n).from)))
    return next
  },
  provide: (f) => EditorView.decorations.from(f),
})

/** An item as YAML; lines with problems are marked. */
export default function YamlEditor({ value, problems, readOnly = false, onChange }: Props) {
  const { t } = useI18n()
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const changed = useRef(onChange)
  changed.current = onChange
  useEffect(() => {
    if (!host.current) return
    view.current = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          keymap.of([indentWithTab, ...defaultKeymap, ...historyKeymap]),
          yaml,
          syntaxHighlighting(colors),
          look,
          wrongLines,
          EditorView.lineWrapping,
          EditorState.readOnly.of(readOnly),
          EditorView.contentAttributes.of({ 'aria-label': t('pack.yaml'), 'data-testid': testid.packs.yaml }),
          EditorView.updateListener.of((u) => u.docChanged && changed.current(u.state.doc.toString())),
        ],
      }),
    })
    return () => view.current?.destroy()
    // The text belongs to the editor from here on; another item is another editor.
  }, [readOnly, t])
  const lines = problems.map((p) => p.line)
  useEffect(() => {
    view.current?.dispatch({ effects: mark.of(lines) })
  }, [lines.join()])
  return <div ref={host} />
}
