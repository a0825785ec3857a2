import { ref } from 'vue'
import { http } from '@/api/http'
import type { Limits } from './upload'

const limits = ref<Limits | null>(null)

/** What may be uploaded, asked once; null until it is known. */
export function useLimits() {
  if (!limits.value) void http.get<Limits>('/api/uploads').then((found) => (limits.value = found), () => undefined)
  return limits
}
