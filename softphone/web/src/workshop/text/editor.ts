/** The text editor of flows: YAML with completion, hover, squiggles, and the lines of the chosen node marked. */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { bracketMatching, foldGutter, foldKeymap, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language'
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState, type Extension, StateEffect, StateField, type Text } from '@codemirror/state'
import { Decoration, type DecorationSet, drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { complete, hover } from './completion'
import type { Finding, Vocabulary } from '@/flows/types'

const colours = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: 'var(--brand)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--ready)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--wrapup)' },
  { tag: tags.comment, color: 'var(--ink-3)', fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: 'var(--ink-3)' },
  { tag: [tags.labelName, tags.typeName], color: 'var(--break)' },
])

export const look = EditorView.theme({
  '&': { height: '100%', fontSize: '13px', backgroundColor: 'var(--surface)', color: 'var(--ink)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: "'JetBrains Mono', 'Cascadia Code', Consolas, 'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', var(--font), monospace", lineHeight: '1.6' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--surface-2)', color: 'var(--ink-3)', border: 'none', borderRight: '1px solid var(--line)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--surface-3) 60%, transparent)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'color-mix(in srgb, var(--brand) 22%, transparent) !important' },
  '.cm-node': { backgroundColor: 'color-mix(in srgb, var(--brand) 8%, transparent)', boxShadow: 'inset 3px 0 0 var(--brand)' },
  '.cm-tooltip': { border: '1px solid var(--line)', borderRadius: '8px', backgroundColor: 'var(--surface)', color: 'var(--ink)', boxShadow: 'var(--shadow-2)', overflow: 'hidden' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'inherit', maxHeight: '260px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 10px', lineHeight: '1.6' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--brand-soft)', color: 'var(--brand)' },
  '.cm-completionDetail': { fontStyle: 'normal', color: 'var(--ink-3)', marginLeft: '10px' },
  '.cm-tooltip.cm-completionInfo': { padding: '8px 12px', maxWidth: '300px', font: '13px/1.6 var(--font)' },
  '.flow-hover': { padding: '7px 12px', maxWidth: '360px', font: '13px/1.6 var(--font)' },
  '.cm-diagnostic': { padding: '5px 10px', font: '13px/1.6 var(--font)', borderLeftWidth: '3px' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--ring)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--break)' },
  '.cm-panels': { backgroundColor: 'var(--surface-2)', color: 'var(--ink)', borderColor: 'var(--line)' },
  '.cm-panel.cm-search': { padding: '6px 8px', font: '13px var(--font)' },
  '.cm-panel.cm-search input, .cm-panel.cm-search button, .cm-panel.cm-search label': { fontSize: '12px' },
  '.cm-textfield': { backgroundColor: 'var(--surface)', border: '1px solid var(--line-strong)', borderRadius: '6px', color: 'var(--ink)' },
  '.cm-button': { backgroundImage: 'none', backgroundColor: 'var(--surface-3)', border: '1px solid var(--line-strong)', borderRadius: '6px', color: 'var(--ink)' },
  '.cm-searchMatch': { backgroundColor: 'color-mix(in srgb, var(--break) 30%, transparent)' },
  '.cm-foldPlaceholder': { backgroundColor: 'var(--surface-3)', border: 'none', color: 'var(--ink-2)', padding: '0 6px' },
  '.cm-matchingBracket': { backgroundColor: 'color-mix(in srgb, var(--brand) 22%, transparent) !important' },
})

const PHRASES = EditorState.phrases.of({
  Find: '查找', Replace: '替换', next: '下一个', previous: '上一个', all: '全部', 'match case': '区分大小写', 'by word': '整词',
  regexp: '正则', replace: '替换', 'replace all': '全部替换', close: '关闭', 'current match': '当前匹配', 'on line': '行',
  Diagnostics: '问题', 'No diagnostics': '没有问题', 'Fold line': '折叠', 'Unfold line': '展开', Completions: '补全',
  '$ unchanged lines': '$ 行相同',
})

const markLines = StateEffect.define<{ first: number; last: number } | null>()
const lineMark = Decoration.line({ class: 'cm-node' })
const marked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(before, transaction) {
    let now = before.map(transaction.changes)
    for (const effect of transaction.effects) {
      if (effect.is(markLines)) now = effect.value ? marksOf(transaction.state.doc, effect.value) : Decoration.none
    }
    return now
  },
  provide: (field) => EditorView.decorations.from(field),
})

function marksOf(document: Text, range: { first: number; last: number }): DecorationSet {
  const marks = []
  for (let line = Math.max(1, range.first); line <= Math.min(document.lines, range.last); line += 1) marks.push(lineMark.range(document.line(line).from))
  return Decoration.set(marks)
}

/** What every editor of the console has: the language's colours, numbers, search, the console's look. */
export function basis(): Extension[] {
  return [yaml(), syntaxHighlighting(colours), lineNumbers(), drawSelection(), foldGutter(), bracketMatching(), search({ top: true }), look, PHRASES]
}

interface Setup {
  parent: HTMLElement
  text: string
  readOnly: boolean
  words?: () => Vocabulary | null
  changed: (text: string) => void
  moved: (line: number) => void
  save?: () => void
}

export class FlowEditor {
  private readonly view: EditorView
  private readonly lock = new Compartment()
  private quiet = false

  constructor(setup: Setup) {
    const words = setup.words
    this.view = new EditorView({
      parent: setup.parent,
      state: EditorState.create({
        doc: setup.text,
        extensions: [
          ...basis(),
          history(),
          indentOnInput(),
          closeBrackets(),
          highlightActiveLine(),
          highlightSelectionMatches(),
          indentUnit.of('  '),
          EditorState.tabSize.of(2),
          this.lock.of(this.locked(setup.readOnly)),
          lintGutter(),
          marked,
          ...(words ? [autocompletion({ override: [complete(words)], icons: false }), hover(words)] : []),
          keymap.of([
            { key: 'Mod-s', preventDefault: true, run: () => (setup.save?.(), true) },
            ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...completionKeymap, indentWithTab,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged && !this.quiet) setup.changed(update.state.doc.toString())
            if (update.selectionSet || update.docChanged) setup.moved(update.state.doc.lineAt(update.state.selection.main.head).number)
          }),
        ],
      }),
    })
  }

  private locked(readOnly: boolean): Extension {
    return [EditorState.readOnly.of(readOnly), EditorView.contentAttributes.of({ 'aria-label': '流程文本' })]
  }

  setReadOnly(readOnly: boolean): void {
    this.view.dispatch({ effects: this.lock.reconfigure(this.locked(readOnly)) })
  }

  get text(): string {
    return this.view.state.doc.toString()
  }

  /** Put another text there, as one step that can be undone; `changed` is not told. */
  setText(text: string): void {
    if (text === this.text) return
    this.quiet = true
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } })
    this.quiet = false
  }

  showFindings(findings: readonly Finding[]): void {
    const { doc } = this.view.state
    const diagnostics = findings.map((one): Diagnostic => {
      const line = doc.line(Math.min(Math.max(1, one.line), doc.lines))
      const from = Math.min(line.from + Math.max(0, one.column - 1), line.to)
      const word = /^[\w"'./-]+/.exec(doc.sliceString(from, line.to))?.[0].length ?? 0
      const to = Math.min(line.to, from + Math.max(1, word))
      const severity = one.severity === 'error' ? 'error' : 'warning'
      return { from: from === to ? line.from : from, to, severity, source: one.code, message: one.suggestion ? `${one.message}（${one.suggestion}）` : one.message }
    })
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics))
  }

  markNode(range: { first: number; last: number } | null): void {
    this.view.dispatch({ effects: markLines.of(range) })
  }

  /** Scroll to a line and put the cursor there. */
  goTo(line: number, column = 1, focus = true): void {
    const { doc } = this.view.state
    const found = doc.line(Math.min(Math.max(1, line), doc.lines))
    const at = Math.min(found.from + Math.max(0, column - 1), found.to)
    this.view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) })
    if (focus) this.view.focus()
  }

  close(): void {
    this.view.destroy()
  }
}
