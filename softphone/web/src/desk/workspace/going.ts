import { onBeforeUnmount, onMounted, watch } from 'vue'
import { useDesk } from '../desk'
import { callOf, type OpenForm, useOpenForms } from '../forms/open-forms'
import { wanted } from '@/desk/keys/shortcuts'
import { useWorkspace } from './workspace'

const INPUTS = 'input:not([disabled]), textarea:not([disabled]), button:not(.fold, .closed, [disabled])'
/** Pictures of the browser in which a card is there that was folded. */
const FRAMES = 120

/** Forms of talks that are over and were not sent. */
export function unfinished(open: readonly OpenForm[], now: string): readonly OpenForm[] {
  return open.filter((one) => callOf(one.subject) !== now)
}

/** Brings one by keys where on the desk one wants to be. `begin`: opens a form where none is open. */
export function useGoing(begin: () => void): void {
  const desk = useDesk()
  const forms = useOpenForms()
  const workspace = useWorkspace()

  function show(form: OpenForm | null | undefined): void {
    if (!form) return
    open('forms')
    forms.active = form.key
    forms.fresh = form.key
  }

  function open(name: string): void {
    if (workspace.columns.some((column) => column.widgets.some((one) => one.name === name && one.folded))) workspace.fold(name, false)
  }

  function beside(rows: readonly OpenForm[], step: number): OpenForm | undefined {
    const at = rows.findIndex((one) => one.key === forms.shown?.key)
    return at < 0 ? rows[0] : rows[(at + step + rows.length) % rows.length]
  }

  function go(): void {
    const where = wanted.value
    wanted.value = ''
    if (where === 'forms') {
      if (forms.shown) show(forms.shown)
      else begin()
    } else if (where === 'form_before') show(beside(forms.open, -1))
    else if (where === 'form_after') show(beside(forms.open, 1))
    else if (where === 'next') show(beside(unfinished(forms.open, desk.call?.id ?? ''), 1))
  }

  async function pressed(event: KeyboardEvent): Promise<void> {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat) return
    const found = workspace.widgets.find((one) => one.card?.key && event.code === `Key${one.card.key}`)
    if (!found) return
    event.preventDefault()
    open(found.name)
    // A card that was folded is loaded first.
    for (let left = FRAMES; left > 0; left -= 1) {
      const input = document.querySelector(`[data-test="widget-${found.name}"]`)?.querySelector<HTMLElement>(INPUTS)
      if (input) return input.focus()
      await new Promise(requestAnimationFrame)
    }
  }

  watch(wanted, (where) => where && go(), { immediate: true })
  onMounted(() => addEventListener('keydown', pressed))
  onBeforeUnmount(() => removeEventListener('keydown', pressed))
}
