import type { Field, Row } from '@/screens/description'

/** One section of the settings, as `GET /api/settings` tells it. */
export interface Section {
  name: string
  title: string
  plugin: string
  fields: readonly Field[]
  values: Row
  version: number
  /** Takes effect only when the hotline starts again. */
  needs_restart: boolean
}

export interface Plugin {
  name: string
  title: string
  version: string
  state: 'running' | 'failed' | 'stopped'
  reason?: string | null
  needs: readonly string[]
  needed_by: readonly string[]
  jobs: number | readonly unknown[]
}
