import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { http, wordsOf } from '@/api/http'
import type { DeskCard, DeskForm, DeskTargets, Dock, Group, Screen, StoryCard, Tile } from './description'

interface Answer {
  groups: Group[]
  screens: Screen[]
  desk_cards?: DeskCard[]
  desk_forms?: DeskForm[]
  desk_targets?: DeskTargets[]
  story_cards?: StoryCard[]
  docks?: Dock[]
  tiles?: Tile[]
}

/** The screens that modules describe, as far as this person may see them. */
export const useCatalogue = defineStore('catalogue', () => {
  const groups = shallowRef<readonly Group[]>([])
  const screens = shallowRef<readonly Screen[]>([])
  /** What modules put beside a call. */
  const deskCards = shallowRef<readonly DeskCard[]>([])
  const deskForms = shallowRef<readonly DeskForm[]>([])
  const deskTargets = shallowRef<readonly DeskTargets[]>([])
  const storyCards = shallowRef<readonly StoryCard[]>([])
  const docks = shallowRef<readonly Dock[]>([])
  const tiles = shallowRef<readonly Tile[]>([])
  const known = ref(false)
  /** Why they are not known. */
  const trouble = ref('')
  let asking: Promise<void> | null = null

  const byName = computed(() => new Map(screens.value.map((one) => [one.name, one])))

  /** Ask anew; what was known stays when nobody answers. */
  async function load(): Promise<void> {
    try {
      const answer = await http.get<Answer>('/api/screens')
      groups.value = answer.groups
      screens.value = answer.screens
      deskCards.value = answer.desk_cards ?? []
      deskForms.value = answer.desk_forms ?? []
      deskTargets.value = answer.desk_targets ?? []
      storyCards.value = answer.story_cards ?? []
      docks.value = answer.docks ?? []
      tiles.value = answer.tiles ?? []
      known.value = true
      trouble.value = ''
    } catch (error) {
      trouble.value = wordsOf(error)
    }
  }

  /** Once for a session; several who ask share the answer. Never throws. */
  function ready(): Promise<void> {
    if (known.value) return Promise.resolve()
    asking ??= load().finally(() => {
      asking = null
    })
    return asking
  }

  function forget(): void {
    groups.value = []
    screens.value = []
    deskCards.value = []
    deskForms.value = []
    deskTargets.value = []
    storyCards.value = []
    docks.value = []
    tiles.value = []
    known.value = false
  }

  return { groups, screens, deskCards, deskForms, deskTargets, storyCards, docks, tiles, known, trouble, byName, ready, load, forget }
})
