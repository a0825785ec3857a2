import type { Field, Row } from '@/screens/description'

/** One section of the settings, as `GET /api/settings` tells it. */
export interface Section {
  name: string
  title: string
  plugin: string
  fields: readonly Field[]
  values: Row
  /** Of the file's section. */
  version: string
  /** Takes effect when the plugin, or the hotline without one, starts again. */
  needs_restart: boolean
  /** Saved, and not yet in effect. */
  pending: boolean
}

export interface Plugin {
  name: string
  title: string
  version: string
  state: 'running' | 'failed' | 'stopped'
  /** Why it failed, or what went wrong with one that runs. */
  reason: string
  /** Calls go through it: it stops with the hotline only. */
  essential: boolean
  needs: readonly string[]
  needed_by: readonly string[]
  /** Kinds of its work in the background. */
  jobs: readonly string[]
}

/** A part of the house, as `GET /api/upkeep` tells it. */
export interface Part {
  name: string
  title: string
  state: 'good' | 'care' | 'bad' | 'off'
  words: string
  since: string | null
  /** What somebody types at the server to have it. */
  command: string
  /** The path of something to hear. */
  sound: string
}

export interface Upkeep {
  status: 'ok' | 'degraded' | 'down'
  version: string
  started_at: string
  parts: readonly Part[]
  alarms: readonly { name: string; text: string; since: string }[]
  /** The last backup that somebody asked for on the page. */
  backup: { state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'; asked_at: string; ended_at: string | null; reason: string } | null
}
