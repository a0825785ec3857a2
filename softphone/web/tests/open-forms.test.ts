import { createPinia, setActivePinia } from 'pinia'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { http, Problem } from '@/api/http'
import type { AgentCall } from '@/api/types'
import { titleOf, useOpenForms } from '@/desk/forms/open-forms'
import { useCatalogue } from '@/screens/catalogue'
import type { DeskForm } from '@/screens/description'

const FORM = { name: 'ticket', title: '工单', order: 1, source: '/api/sent/{id}', method: 'PUT', path: '/api/sent/{id}', form: [] } as unknown as DeskForm
const CALL = { id: '01CALL', caller: '13800000063', since: '2026-11-28T01:00:00Z' } as unknown as AgentCall
const DRAFT = { form: 'ticket', subject: '01CALL', title: '13800000063', values: {}, version: 1, updated_at: '' }

afterEach(() => vi.restoreAllMocks())

describe('the forms of a call', () => {
  it('are told apart by the beginning of their tab: the time of the call, and which request of it', async () => {
    setActivePinia(createPinia())
    vi.spyOn(http, 'put').mockResolvedValue({ version: 1, updated_at: '' })
    vi.spyOn(http, 'get').mockRejectedValue(new Problem(404, 'not_found', '没有'))
    expect(titleOf(CALL)).toBe('09:00 138 0000 0063')
    const forms = useOpenForms()
    for (let count = 0; count < 3; count += 1) await forms.further(FORM, CALL.id, forms.open.at(-1)?.title ?? titleOf(CALL), {})
    expect(forms.open.map((one) => one.title)).toEqual(['09:00 138 0000 0063', '第2件 09:00 138 0000 0063', '第3件 09:00 138 0000 0063'])
  })

  it('are open once, whoever finds them first: the call itself, or what was kept of them', async () => {
    setActivePinia(createPinia())
    const catalogue = useCatalogue()
    catalogue.deskForms = [FORM]
    catalogue.known = true
    let answered: (() => void) | undefined
    let kept: object[] = []
    vi.spyOn(http, 'put').mockResolvedValue({ version: 1, updated_at: '' })
    vi.spyOn(http, 'get').mockImplementation(async (path: string) => {
      if (path === '/api/form_drafts') return kept as never
      await new Promise<void>((resolve) => (answered = resolve))
      throw new Problem(404, 'not_found', '没有')
    })
    const forms = useOpenForms()
    const offered = forms.offer(CALL)
    await vi.waitFor(() => expect(answered).toBeDefined())
    kept = [DRAFT]
    await forms.restore()
    expect(forms.open.map((one) => one.key)).toEqual(['ticket 01CALL'])
    answered?.()
    await offered
    expect(forms.open.map((one) => one.key)).toEqual(['ticket 01CALL'])
  })

  it('of a talk that broke off are gone on with in the next one', async () => {
    setActivePinia(createPinia())
    const catalogue = useCatalogue()
    catalogue.deskForms = [FORM, { ...FORM, name: 'outcome', quick: 'reason' }]
    catalogue.known = true
    vi.spyOn(http, 'put').mockResolvedValue({ version: 1, updated_at: '' })
    vi.spyOn(http, 'get').mockImplementation(async (path: string) => {
      if (path === '/api/form_drafts') return [DRAFT] as never
      throw new Problem(404, 'not_found', '没有')
    })
    const forms = useOpenForms()
    await forms.offer({ ...CALL, id: '02CALL', follows: '01CALL' })
    expect(forms.open.map((one) => one.key)).toEqual(['ticket 01CALL', 'outcome 02CALL'])
    expect(forms.active).toBe('ticket 01CALL')
  })

  it('of an earlier call never come over the present talk by themselves, and no key acts on them there', async () => {
    setActivePinia(createPinia())
    const catalogue = useCatalogue()
    catalogue.deskForms = [FORM]
    catalogue.known = true
    vi.spyOn(http, 'put').mockResolvedValue({ version: 1, updated_at: '' })
    vi.spyOn(http, 'delete').mockResolvedValue(undefined as never)
    const earlier = { ...DRAFT, subject: '00CALL' }
    vi.spyOn(http, 'get').mockImplementation(async (path: string) => {
      if (path === '/api/form_drafts') return [earlier] as never
      throw new Problem(404, 'not_found', '没有')
    })
    const forms = useOpenForms()
    await forms.restore()
    expect(forms.shown?.subject).toBe('00CALL')
    forms.attend(CALL)
    expect(forms.shown).toBe(null)
    await forms.offer(CALL)
    const own = forms.open.find((one) => one.subject === CALL.id)
    expect(own && forms.shown?.key).toBe(own?.key)
    if (!own) throw new Error('the present talk has no form')
    expect(await forms.submit(own)).toBe(true)
    expect(forms.open.map((one) => one.subject)).toEqual(['00CALL'])
    expect(forms.shown).toBe(null)
    // Who chooses the earlier one has it, until the next talk begins; its keys are not those of the present wrap-up.
    forms.active = 'ticket 00CALL'
    expect(forms.shown?.subject).toBe('00CALL')
    expect(forms.isPresent('00CALL')).toBe(false)
    forms.attend({ ...CALL, id: '02CALL' })
    expect(forms.shown).toBe(null)
    forms.attend(null)
    expect(forms.shown?.subject).toBe('00CALL')
  })
})
