/** An example of values that somebody writes as JSON, to try a file with. */
import { ref } from 'vue'
import type { Row } from '@/screens/description'

export function useExample(begin = '') {
  const written = ref(begin)
  const wrong = ref('')

  /** The values, or none while what is written cannot be read; `wrong` says so. */
  function known(): Row {
    wrong.value = ''
    if (!written.value.trim()) return {}
    try {
      const found: unknown = JSON.parse(written.value)
      if (typeof found === 'object' && found !== null && !Array.isArray(found)) return found as Row
      wrong.value = '应是 {…} 形式的 JSON'
    } catch {
      wrong.value = '不是正确的 JSON'
    }
    return {}
  }

  return { written, wrong, known }
}
