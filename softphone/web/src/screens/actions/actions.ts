import { ref, shallowRef } from 'vue'
import { useRouter } from 'vue-router'
import { send, withQuery, wordsOf } from '@/api/http'
import { nameOf, saveBlob } from '@/api/save'
import type { Action, Row } from '../description'
import { recordAt } from '../links'
import { filled, inside, linked } from '../paths'
import { workbook } from '../list/xlsx'
import type { Chosen, OpenBulk } from './bulk'
import { type Outcome, outcomeOf, sheetOf } from './outcome'
import { showOnce, shownOf } from './show-once'

const PATIENCE = 120_000
const DOWNLOAD_PATIENCE = 600_000

/** A form that is open: for one row, or for several. */
export interface OpenForm {
  /** Another each time: the same action may be opened again while its last form is still fading out. */
  opening: number
  action: Action
  row: Row
  ids: readonly string[] | null
  /** What a new record starts with. */
  blank?: Row
}

/** The described screen whose long forms are pages of their own, and the key of its records. */
export interface Pages {
  name: string
  id: string
}

/** Runs what rows, lists and details offer. `changed` is called when what is shown may be another now. */
export function useActions(changed: (action: Action) => unknown, pages: Pages | null = null) {
  const router = useRouter()
  const form = shallowRef<OpenForm | null>(null)
  const bulk = shallowRef<OpenBulk | null>(null)
  const outcome = shallowRef<{ title: string; answer: Outcome } | null>(null)
  let openings = 0
  /** The name of the action that runs. */
  const busy = ref('')
  let questions: AbortController | null = null

  async function sure(action: Action, count: number | null): Promise<boolean> {
    const { ElMessageBox } = await import('@/layout/messages')
    const mine = (questions = new AbortController())
    mine.signal.addEventListener('abort', () => ElMessageBox.close(), { once: true })
    const text = [action.confirm, count === null ? '' : `将处理选中的 ${count} 条记录。`].filter(Boolean).join('')
    const answer = await ElMessageBox.confirm(text || `确定要${action.title}吗？`, action.title, {
      confirmButtonText: action.title,
      cancelButtonText: '取消',
      type: 'warning',
      confirmButtonClass: action.tone === 'danger' ? 'el-button--danger' : '',
    }).catch(() => null)
    if (questions === mine) questions = null
    return answer !== null && !mine.signal.aborted
  }

  async function attempt(action: Action, work: () => Promise<void>): Promise<void> {
    if (busy.value) return
    busy.value = action.name
    const { ElMessage } = await import('@/layout/messages')
    try {
      await work()
    } catch (error) {
      ElMessage.error(`${action.title}没有完成：${wordsOf(error)}`)
    } finally {
      busy.value = ''
    }
  }

  async function download(action: Action, path: string): Promise<void> {
    await attempt(action, async () => {
      const body = action.method === 'GET' ? undefined : {}
      const answer = await send(action.method, path, { accept: '*/*', timeout: DOWNLOAD_PATIENCE, ...(body && { body }) })
      saveBlob(nameOf(answer.headers.get('Content-Disposition')) || action.title, await answer.blob())
    })
  }

  async function run(action: Action, row: Row = {}, blank: Row = {}): Promise<void> {
    const path = filled(action.path, row)
    if (action.kind === 'form' && action.page && pages && Object.keys(blank).length === 0) {
      const id = row[pages.id]
      await router.push(id === undefined ? `/${pages.name}/new` : `/${pages.name}/${encodeURIComponent(String(id))}/edit`)
    } else if (action.kind === 'form') {
      form.value = { opening: ++openings, action, row, ids: null, blank }
    } else if (action.kind === 'link') {
      const target = inside(linked(action.path, row))
      if (target?.startsWith('/api/')) open(target, '_blank', 'noopener')
      else if (target) await router.push(target)
    } else if (action.kind === 'download') {
      await download(action, path)
    } else if (action.preview) {
      // One record by which many others are taken in: what becomes of each is shown first.
      bulk.value = { action: { ...action, path, preview: filled(action.preview, row) }, ids: [], query: null, count: 0 }
    } else if (action.at_once || (await sure(action, null))) {
      await attempt(action, async () => {
        const answer = await send(action.method, path, { timeout: PATIENCE, ...(action.method !== 'DELETE' && { body: {} }) })
        await done(action, action.shows || action.opens ? await answer.json() : null)
      })
    }
  }

  async function runMany(action: Action, chosen: Chosen): Promise<void> {
    const { ids } = chosen
    if (action.preview) {
      bulk.value = { action, ...chosen }
    } else if (action.kind === 'form') {
      form.value = { opening: ++openings, action, row: {}, ids }
    } else if (action.kind === 'download') {
      await download(action, withQuery(action.path, { ids: ids.join(',') }))
    } else if (await sure(action, ids.length)) {
      await attempt(action, async () => {
        const answer = await send(action.method, action.path, { body: { ids }, timeout: PATIENCE })
        await tell(action, ids.length, await answer.json().catch(() => null))
      })
    }
  }

  /** What became of many: in a word where all went well, else in a list. */
  async function tell(action: Action, asked: number, found: unknown): Promise<void> {
    const answer = outcomeOf(found, asked)
    if (answer.refused > 0) outcome.value = { title: action.title, answer }
    else await said(action.done ?? `已${action.title} ${answer.done} 条`)
    await offerSheet(action, found)
    await changed(action)
  }

  /** What is told this once goes into a file before anything else: nobody can ask for it again. */
  async function offerSheet(action: Action, found: unknown): Promise<void> {
    const sheet = sheetOf(action, found)
    if (sheet === null) return
    const { ElMessageBox } = await import('@/layout/messages')
    await ElMessageBox.alert(
      `系统为 ${sheet.rows.length} 个新账号设置了初始密码，只在此时提供下载，以后不能再次查看。请用安全的方式告知本人；首次登录时须修改密码。`,
      '下载初始密码',
      { confirmButtonText: '下载表格', showClose: false, closeOnClickModal: false, closeOnPressEscape: false },
    ).catch(() => null)
    saveBlob(`${action.title}结果-初始密码.xlsx`, await workbook('初始密码', sheet.titles, sheet.rows, sheet.titles.map(() => 20)))
  }

  async function said(words: string): Promise<void> {
    const { ElMessage } = await import('@/layout/messages')
    ElMessage.success(words)
  }

  async function done(action: Action, answer: unknown = null): Promise<void> {
    const target = action.opens && answer !== null ? recordAt(action.opens, (answer as Row).id) : null
    if (target) await router.push(target)
    const shown = shownOf(action, answer)
    if (shown !== null) await showOnce(action, shown)
    else await said(action.done ?? `${action.title}：已完成`)
    await changed(action)
  }

  const changedBy = async (action: Action): Promise<void> => void (await changed(action))

  /** Closes what is open and was not sent; a question that nobody has answered is answered with no. */
  function close(): void {
    form.value = null
    bulk.value = null
    questions?.abort()
  }

  return { form, bulk, outcome, busy, close, run, runMany, tell, done, changedBy }
}

export type Actions = ReturnType<typeof useActions>
