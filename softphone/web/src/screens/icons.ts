import { LayoutGrid } from '@lucide/vue'
import { type Component, defineAsyncComponent, h } from 'vue'
import * as usual from './usual-icons'

const USUAL: Readonly<Record<string, Component>> = usual
const fetched = new Map<string, Component>()

/** `users-round` → `UsersRound`, `building-2` → `Building2`. */
export function exportName(name: string): string {
  return name
    .split('-')
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join('')
}

/** The icon of that lucide name; an unusual one comes later, from the whole set. */
export function iconOf(name: string): Component {
  const wanted = exportName(name)
  const found = USUAL[wanted] ?? fetched.get(wanted)
  if (found) return found
  const made = defineAsyncComponent({
    loader: async () => {
      const { icons } = await import('./all-icons')
      return icons[wanted] ?? LayoutGrid
    },
    loadingComponent: () => h('svg', { width: 19, height: 19 }),
    delay: 0,
  })
  fetched.set(wanted, made)
  return made
}
