import { ref, watch } from 'vue'

export type Theme = 'light' | 'dark' | 'system'

const KEY = 'hotline.theme'
const system = matchMedia('(prefers-color-scheme: dark)')

function stored(): Theme {
  const found = localStorage.getItem(KEY)
  return found === 'light' || found === 'dark' ? found : 'system'
}

export const theme = ref<Theme>(stored())
export const isDark = ref(document.documentElement.classList.contains('dark'))

function apply(): void {
  isDark.value = theme.value === 'dark' || (theme.value === 'system' && system.matches)
  document.documentElement.classList.toggle('dark', isDark.value)
}

watch(theme, (value) => {
  if (value === 'system') localStorage.removeItem(KEY)
  else localStorage.setItem(KEY, value)
  apply()
})
system.addEventListener('change', apply)
