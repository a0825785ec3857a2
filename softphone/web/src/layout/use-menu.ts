import { computed } from 'vue'
import { useRoute } from 'vue-router'
import { useCatalogue } from '@/screens/catalogue'
import { useSession } from '@/session/session'
import { departmentTabs, entryOf, firstOf, type MenuItem, menuOf, pagesOf } from './menu'

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
  const isHere = (item: MenuItem): boolean => pagesOf(item).some((one) => one.name === active.value)
  const activeGroup = computed(() => groups.value.find((group) => group.items.some(isHere))?.name ?? '')
  /** The entry whose tabs the present page is one of; a record has a page of its own, without them. */
  const beside = computed(() => {
    if (route.name !== 'screen' && route.name !== active.value) return null
    return groups.value.flatMap((group) => group.items).find((item) => item.pages && isHere(item)) ?? null
  })
  return { groups, tabs, active, activeGroup, isHere, beside }
}
