/** The routing table while it is edited. */
import type { Choice, Route, Table } from './types'

/** A route as the form has it: the last choice, without a calendar, stands apart. */
export interface RouteDraft {
  numbers: string[]
  choices: { calendar: string; during: Choice['during']; flow: string; arguments?: Choice['arguments'] }[]
  otherwise: string
  /** What the flow of the rest of the time is given; lost when another is chosen. */
  given?: { flow: string; arguments: NonNullable<Choice['arguments']> }
}

export function draftsOf(routes: readonly Route[]): RouteDraft[] {
  return routes.map((route) => {
    const last = route.choose.at(-1)
    const hasRest = last !== undefined && last.calendar === null
    return {
      numbers: [...route.number],
      choices: (hasRest ? route.choose.slice(0, -1) : route.choose).map((one) => ({ calendar: one.calendar ?? '', during: one.during, flow: one.flow, ...given(one.arguments) })),
      otherwise: hasRest ? last.flow : '',
      ...(hasRest && last.arguments && Object.keys(last.arguments).length ? { given: { flow: last.flow, arguments: last.arguments } } : {}),
    }
  })
}

/** What goes to the server; `during` only beside a calendar. */
export function bodyOf(drafts: readonly RouteDraft[]): { number: string[]; choose: object[] }[] {
  return drafts.map((draft) => ({
    number: draft.numbers,
    choose: [
      ...draft.choices.map((one) => ({ flow: one.flow, calendar: one.calendar, during: one.during, ...given(one.arguments) })),
      ...(draft.otherwise ? [{ flow: draft.otherwise, ...(draft.given?.flow === draft.otherwise ? given(draft.given.arguments) : {}) }] : []),
    ],
  }))
}

/** Arguments that were written by hand stay as they are. */
function given(found: Choice['arguments']): { arguments?: NonNullable<Choice['arguments']> } {
  return found && Object.keys(found).length ? { arguments: found } : {}
}

/** What is missing before it can be sent, by route. */
export function missingIn(draft: RouteDraft, others: readonly RouteDraft[]): string {
  if (draft.numbers.length === 0) return '请填写号码'
  const odd = draft.numbers.find((number) => !/^\+?[\d-]{2,20}$/.test(number))
  if (odd !== undefined) return `${odd} 不是号码`
  const twice = draft.numbers.find((number, index) => draft.numbers.indexOf(number) !== index || others.some((other) => other !== draft && other.numbers.includes(number)))
  if (twice !== undefined) return `${twice} 出现了两次`
  if (draft.choices.some((one) => !one.calendar || !one.flow)) return '请选择每一条的日历和流程'
  return draft.otherwise ? '' : '请选择其余时间的流程'
}

/** Which choice holds now, by the calendars' states; -1: the rest of the time. */
export function holdsNow(draft: RouteDraft, states: Table['states']): number {
  return draft.choices.findIndex((one) => {
    const isOpen = states[one.calendar]
    // Whether today is a holiday is not told here: such a choice is never marked.
    return one.during === 'open' ? isOpen === true : one.during === 'closed' && isOpen === false
  })
}
