import { onScopeDispose, type Ref, ref } from 'vue'

/** Whether the window is a phone's, where tables become cards. */
export function useSmall(): Ref<boolean> {
  const query = matchMedia('(max-width: 720px)')
  const small = ref(query.matches)
  const follow = (event: MediaQueryListEvent): void => {
    small.value = event.matches
  }
  query.addEventListener('change', follow)
  onScopeDispose(() => query.removeEventListener('change', follow))
  return small
}
