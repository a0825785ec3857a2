import { type Component, defineAsyncComponent } from 'vue'
import { nameOf } from './plugin-names'

type Loader = () => Promise<{ default: Component }>

/**
 * Hand-made components by the names that descriptions call them; each is loaded when it is first shown. A component
 * of a screen gets `screen`; one of a tab gets `record`, the tab's `source`, whether it is `editable`, and `changed`
 * (call it when the record is another now); one of a tile gets `tile`; one of a card beside a call gets `card`, `call`
 * (its id) and `stamp`, which counts up when the call is another now.
 */
const LOADERS: Readonly<Record<string, Loader>> = {
  settings: () => import('@/system/SettingsPage.vue'),
  plugins: () => import('@/system/PluginsPage.vue'),
  upkeep: () => import('@/system/UpkeepPage.vue'),
  comments: () => import('@/comments/CommentsTab.vue'),
  links: () => import('@/links/LinksTab.vue'),
  followers: () => import('@/comments/FollowersTab.vue'),
  report: () => import('@/figures/ReportTab.vue'),
  files: () => import('@/files/FilesTab.vue'),
}

/** Those of plugins, `acd/SkillMatrix`: each file of a plugin's folder `web` that ends in `.vue`. */
const OWN = new Map(
  Object.entries(
    import.meta.glob<{ default: Component }>(['../../../../{acd,ivr,recorder}/web/*.vue', '../../../../workflow/*/web/*.vue']),
  ).map(([path, loader]) => [nameOf(path), loader]),
)

const made = new Map<string, Component>()

export function componentOf(name: string | undefined): Component | null {
  const loader = name === undefined ? undefined : (LOADERS[name] ?? OWN.get(name))
  if (!name || !loader) return null
  const found = made.get(name) ?? defineAsyncComponent(loader)
  made.set(name, found)
  return found
}
