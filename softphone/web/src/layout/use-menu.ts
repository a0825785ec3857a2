import { computed } from 'vue'
import { useRoute } from 'vue-router'
import { useCatalogue } from '@/screens/catalogue'
import { useSession } from '@/session/session'
import { entryOf, menuOf } from './menu'

/** The menu of whoever sits here, and where in it the present page is. */
export function useMenu() {
  const session = useSession()
  const catalogue = useCatalogue()
  const route = useRoute()
  const groups = computed(() => menuOf(catalogue.groups, catalogue.screens, { isAgent: session.isAgent, may: session.may }))
  const active = computed(() => entryOf(route))
  const activeGroup = computed(() => groups.value.find((group) => group.items.some((one) => one.name === active.value))?.name ?? '')
  return { groups, active, activeGroup }
}
