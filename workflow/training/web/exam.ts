/** What the server tells of exams, sittings and their results. */
export const MINE = '/api/training/mine'

export interface MyExam {
  exam: string
  sitting: string
  purpose: string
  title: string
  begins_at: string
  ends_at: string
  minutes: number
  attempt: number
  attempts: number
  state: string
  words: string
  can: 'begin' | 'continue' | 'look' | 'wait' | ''
  points: number | null
  of: number
  passed: boolean | null
}
export interface QuestionFile {
  id: string
  type: string
}
export interface Question {
  place: number
  kind: 'single' | 'multiple' | 'judge' | 'essay'
  text: string
  points: number
  options: { letter: string; text: string }[]
  files: QuestionFile[]
  said: string
}
export interface Sitting {
  id: string
  exam: string
  title: string
  purpose: string
  state: string
  left: number
  minutes: number
  full_screen: boolean
  leaves: number
  leaves_most: number
  questions: Question[]
}
export interface ResultQuestion extends Question {
  answer: string
  explanation: string
  got: number | null
  can_appeal: boolean
}
export interface Result {
  id: string
  title: string
  purpose: string
  words: string
  known: boolean
  points: number | null
  of: number
  passed: boolean | null
  begun_at: string | null
  ended_at: string | null
  ended: string
  leaves: number
  away: number
  person: string
  questions: ResultQuestion[]
}

export const KINDS: Record<Question['kind'], string> = { single: '单选题', multiple: '多选题', judge: '判断题', essay: '主观题' }
const NUMERALS = ['一', '二', '三', '四']

export interface Part<T extends Question> {
  title: string
  questions: T[]
}

/** The questions by kind, as a paper on paper has them: 一、单选题（共 10 题，20 分）. */
export function partsOf<T extends Question>(questions: readonly T[]): Part<T>[] {
  const found = new Map<string, T[]>()
  for (const one of questions) found.set(one.kind, [...(found.get(one.kind) ?? []), one])
  return [...found.values()].map((group, at) => {
    const points = group.reduce((sum, one) => sum + one.points, 0)
    return { title: `${NUMERALS[at] ?? ''}、${KINDS[group[0]?.kind ?? 'single']}（共 ${group.length} 题，${Number(points.toFixed(2))} 分）`, questions: group }
  })
}

/** The letter under which an option is shown at its place: the order is each one's own. */
export const shownLetter = (at: number): string => 'ABCDEF'[at] ?? ''

/** What was answered, in the letters that are shown: `C` may be shown as A. */
export function inShownLetters(question: Question, said: string): string {
  if (!question.options.length) return said
  return question.options.map((one, at) => (said.includes(one.letter) ? shownLetter(at) : '')).join('')
}

/** An answer with one letter more, or less; a single choice has one alone. */
export function toggled(question: Question, letter: string): string {
  if (question.kind !== 'multiple') return letter
  const letters = new Set(question.said)
  if (!letters.delete(letter)) letters.add(letter)
  return [...letters].sort().join('')
}
