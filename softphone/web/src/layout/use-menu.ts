import { computed } from 'vue'
import { useRoute } from 'vue-router'
import { useCatalogue } from '@/screens/catalogue'
import { useSession } from '@/session/session'
import { departmentTabs, entryOf, firstOf, menuOf } from './menu'

/** Entries at the thumb of who has a phone, beside that for all of them. */
const ROOM = 3

/** The menu of whoever sits here, and where in it the present page is. */
export function useMenu() {
  const session = useSession()
  const catalogue = useCatalogue()
  const route = useRoute()
  const visitor = computed(() => ({ isAgent: session.isAgent, may: session.may }))
  const groups = computed(() => menuOf(catalogue.groups, catalogue.screens, visitor.value))
  const tabs = computed(() => departmentTabs(groups.value, visitor.value) ?? firstOf(groups.value, ROOM))
  const active = computed(() => entryOf(route))
  const activeGroup = computed(() => groups.value.find((group) => group.items.some((one) => one.name === active.value))?.name ?? '')
  return { groups, tabs, active, activeGroup }
}
