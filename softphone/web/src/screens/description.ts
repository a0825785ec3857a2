/**
 * Screens as data: what a list, a form, a detail and a chart show. The keys are those of `GET /api/screens`
 * (`cti/office/screens` describes them in Python); what is as by default is left out there. The console's own pages are
 * described in the same words and drawn by the same components.
 */

export type Tone = 'ready' | 'break' | 'ring' | 'talk' | 'wrapup' | 'off'

export type Kind =
  | 'text'
  | 'long'
  | 'number'
  | 'time'
  | 'date'
  | 'duration'
  | 'phone'
  | 'choice'
  | 'tags'
  | 'flag'
  | 'file'
  | 'sound'
  | 'person'
  | 'rich'
  | 'point'

export interface Option {
  value: string
  title: string
  tone?: Tone
}

export interface Column {
  key: string
  title: string
  kind: Kind
  /** A telephone number that is called by a click. */
  dial?: boolean
  /** Pixels; columns without it share the rest. */
  width?: number
  /** Words for values of `choice`, `tags` and `flag` (`true`, `false`). */
  options?: readonly Option[]
  /** Not shown until somebody chooses it. */
  hidden?: boolean
  /** Words instead of an empty value; no words at all leave it out of a page. */
  none?: string
  /** Another field that says it better when it is there, such as a title beside a code. */
  better?: string
  /** The screen that opens with the row's value. */
  link?: string
  /** Only there for those who have it; the server leaves it out for others. */
  permission?: string
  /** A record's page leaves it out where this does not hold. */
  when?: When
}

export interface Filter {
  /** A period sends `from` and `to` as ISO times; several choices go as one value with commas. */
  kind: 'text' | 'choice' | 'choices' | 'period' | 'flag' | 'tree'
  key: string
  title: string
  options?: readonly Option[]
  /** A route that answers the options. */
  options_from?: string
  /** Long offers are searched by the server while somebody types. */
  options_search?: boolean
  wide?: boolean
  /** Only there for those who have it; the server leaves it out for others. */
  permission?: string
}

/** Only where the row or the form has one of these values under `key`. */
export interface When {
  key: string
  in: readonly unknown[]
}

export type FieldKind =
  | 'text'
  | 'long'
  | 'password'
  | 'number'
  | 'flag'
  | 'choice'
  | 'choices'
  | 'date'
  | 'time'
  | 'file'
  | 'phone'
  | 'tags'
  | 'json'
  | 'color'
  | 'person'
  | 'rows'
  | 'tree'
  | 'files'
  | 'rich'
  | 'point'

export interface Field {
  key: string
  title: string
  kind: FieldKind
  required?: boolean
  help?: string
  pattern?: string
  /** Said when `pattern` does not match. */
  wrong?: string
  min?: number
  max?: number
  step?: number
  max_length?: number
  default?: unknown
  options?: readonly Option[]
  options_from?: string
  /** `options_from` takes `?search=`. */
  options_search?: boolean
  /** Only when a new record is made. */
  only_new?: boolean
  /** Shown, and fixed, when an existing record is edited. */
  fixed?: boolean
  /** The kinds of files, as browsers have them (`.xlsx,image/*`). */
  accept?: string
  when?: When
  /** The heading of the group that this field begins. */
  section?: string
  /** The columns of `rows`: several small records in one field. */
  rows?: readonly Field[]
  /** What this of other numbers comes to, such as `price * count`: shown, not filled in. */
  formula?: string
  /** Of a column of `rows`: the figures are added up below. */
  total?: boolean
  /** The path of the record's files, in which pictures of a rich text are kept. */
  files?: string
  /** While somebody is in it, the recording of his talk is paused. */
  sensitive?: boolean
  /** Values that stand below it, the likeliest first: a press fills one in. */
  proposed?: readonly Option[]
  /** Looks at the text while somebody types: to POST `{key: text}` it answers `{ok, message, position}`. */
  check?: string
  /** The path of the outline on which a `point` is shown. */
  outline?: string
}

export interface Action {
  name: string
  title: string
  permission?: string
  kind: 'form' | 'confirm' | 'download' | 'link'
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** May hold keys of the row in braces. */
  path: string
  tone?: 'primary' | 'danger'
  confirm?: string
  form?: readonly Field[]
  /** The record that fills the form; its `version` goes back with the body. */
  form_source?: string
  when?: When
  /** Takes an import's file first and answers what it would do. */
  preview?: string
  /** The key of the answer that is shown this once, such as a new password. */
  shows?: string
  sheet?: Column[]
  done?: string
  /** Only where the row's `acts` name it: the server tells what may be done with each now. */
  told?: boolean
  /** The form is a page of its own: it is long. */
  page?: boolean
  /** Done without a question. */
  at_once?: boolean
  /** The screen on which the record that it answers is opened. */
  opens?: string
  /** Why it cannot be done now. */
  refused?: string
}

/** Cards in columns by the value under `by`; a drop begins the action that `moves` names for the column. */
export interface Kanban {
  by: string
  columns: readonly Option[]
  moves?: Readonly<Record<string, string>>
}

/** Rows by day, week and month. */
export interface Calendar {
  begins: string
  ends?: string
  title: string
}

export interface List {
  /** A route that answers `{items, total, page, size}` to `page`, `size`, `sort` and the filters. */
  source: string
  /** The kind of records that it lists: the search in the head finds their pages by it. */
  records?: string
  /** The query that the menu counts. */
  badge?: Readonly<Record<string, string>>
  /** The path of what can be asked in conditions that people build. */
  conditions?: string
  /** The field that identifies a row; `id` without it. */
  id?: string
  columns: readonly Column[]
  filters?: readonly Filter[]
  sort?: string
  /** The columns that can be sorted by. */
  sorts?: readonly string[]
  empty: { title: string; text?: string }
  /** The path of an .xlsx that takes the same filters. */
  export?: string
  /** Who may export; the server leaves `export` out for others. */
  export_permission?: string
  /** The path of a sentence above the list: it answers `{words, good}`. */
  note?: string
  /** A topic whose changes say that the rows may be others now. */
  live?: string
  kanban?: Kanban
  calendar?: Calendar
  /** The page that a click on a row opens, with keys of the row in braces. */
  opens?: string
  actions?: readonly Action[]
  bulk?: readonly Action[]
  row?: readonly Action[]
}

/** A list with its place: under `name` its columns are remembered. */
export interface ListScreen extends List {
  name: string
  title: string
  id: string
  filters: readonly Filter[]
  /** Without `export`, the console makes the file from the pages. */
  exported?: boolean
}

export interface Tab {
  name: string
  title: string
  kind: 'fields' | 'list' | 'timeline' | 'component'
  permission?: string
  fields?: readonly Column[]
  list?: List
  source?: string
  component?: string
  /** There for those who may change what it shows. */
  edit?: string
}

export interface Detail {
  source: string
  title: string
  subtitle?: string
  tags?: string
  /** Keys whose values stand with their titles beside the subtitle. */
  marks?: readonly string[]
  /** A key whose sentence stands below them. */
  note?: string
  tabs: readonly Tab[]
  actions?: readonly Action[]
  /** A path that answers more actions: what one may do with this record now. */
  offers?: string
  /** A topic whose changes say by their `id` which record may be another now. */
  live?: string
}

export interface Series {
  key: string
  title: string
  tone?: Tone
}

/** A screen with a list, and its filters: values in braces are keys of the row. */
export interface Link {
  screen: string
  query?: Readonly<Record<string, string>>
}

export interface Chart {
  title: string
  kind: 'line' | 'bar' | 'pie' | 'stack'
  source: string
  x: string
  series: readonly Series[]
  unit?: string
  /** The list behind each bar, point or slice. */
  link?: Link
}

/** A figure: the value under `key` of what `source` answers, and the list behind it. */
export interface Figure {
  title: string
  source: string
  key: string
  kind: Kind
  link?: Link
}

/** How many rows the list of a screen has; without a query those that the menu counts. */
export interface Count {
  screen: string
  title?: string
  query?: Readonly<Record<string, string>>
  tone?: Tone
}

/** What stands on home pages, dashboards and the board: either counts, figures, rows or a chart. */
export interface Tile {
  name: string
  title: string
  order?: number
  permission: string
  counts?: readonly Count[]
  figures?: readonly Figure[]
  columns?: readonly Column[]
  chart?: Chart
  /** A component of a plugin's own. */
  component?: string
  /** Of the rows of `columns`, with its query. */
  source?: string
  query?: Readonly<Record<string, string>>
  rows?: number
  /** The page that a click on a row opens. */
  opens?: string
  /** The list whose first rows these are. */
  link?: Link
  empty?: { title: string; text?: string }
  /** A topic whose changes say that it may be another now. */
  live?: string
  /** Seconds after which it is asked for again. */
  every?: number
  /** Quarters of the page. */
  width?: 1 | 2 | 3 | 4
  /** False: not on the home page of who has not arranged it. */
  home?: boolean
  /** About an agent's own calls. */
  agent?: boolean
  board?: boolean
}

/** A tree of records: all its nodes, and the paths that move and merge one. */
export interface Tree {
  source: string
  move: string
  merge: string
  merge_preview: string
}

export interface Screen {
  name: string
  title: string
  group: string
  icon: string
  order?: number
  /** Other words by which people look for it. */
  also?: readonly string[]
  permission: string
  kind: 'list' | 'component' | 'charts' | 'tree'
  component?: string
  list?: List
  tree?: Tree
  detail?: Detail
  create?: Action
  charts?: readonly Chart[]
  filters?: readonly Filter[]
  figures?: readonly Figure[]
}

export interface Group {
  name: string
  title: string
  icon: string
  order?: number
  /** The heading of which it is an entry. */
  within?: string
}

/** What is known beside a call: `fields` of what the source answers, or with `columns` rows of its `items`. */
export interface DeskCard {
  name: string
  title: string
  order?: number
  permission: string
  source: string
  fields?: readonly Column[]
  columns?: readonly Column[]
  /** A component of a plugin's own. */
  component?: string
  opens?: string
  /** About a row; their paths may hold `{call}`. */
  row?: readonly Action[]
  copying?: { title: string; form: string; source: string }
  /** A topic whose changes say that the rows may be others now. */
  live?: string
  /** Answers the rows while nobody is on the line; such a card stands above all else while it has rows. */
  always?: string
  /** Its column on a desk that nobody arranged; without it, the last. */
  place?: 'phone' | 'work' | 'aside'
  /** It takes no place while it has nothing. */
  rare?: boolean
  /** It is of use while nobody is on the line, too. */
  idle?: boolean
  /** It stands beside the talk of a seat that a leader looks at on the board, too. */
  overheard?: boolean
  /** It stands beside a chat, too, whose id it gets as the call's. */
  written?: boolean
  /** Alt with this letter brings one to it. */
  key?: string
  empty: { title: string; text?: string }
}

/** The same on a call's page. */
export interface StoryCard {
  name: string
  title: string
  order?: number
  permission: string
  source: string
  fields?: readonly Column[]
  columns?: readonly Column[]
  /** A component of a plugin's own. */
  component?: string
  opens?: string
  empty: { title: string; text?: string }
}

/** A component of a plugin's own that stands over every page. */
export interface Dock {
  name: string
  order?: number
  permission: string
  component: string
}

/** To whom a call can be handed beside agents, queues and flows: `source` answers `search` with rows of `to`, `name` and `phone`. */
export interface DeskTargets {
  name: string
  title: string
  order?: number
  permission: string
  source: string
}

/** A form that opens with each talk and stays until it is sent. */
export interface DeskForm {
  name: string
  title: string
  order?: number
  permission: string
  source: string
  method: Action['method']
  path: string
  form: readonly Field[]
  /** It is filled in beside a chat, too. */
  written?: boolean
  quick?: string
  /** Answers what the form begins with. */
  begin?: string
  /** Takes the values of `asks` and answers further fields. */
  more?: string
  asks?: readonly string[]
  /** The fields that go into a further form of the same call. */
  copied?: readonly string[]
  alike?: { title: string; source: string; asks: readonly string[]; columns: readonly Column[]; opens?: string; key?: string; row?: readonly Action[] }
  shows?: string
  done?: string
}

export interface FormScreen {
  name: string
  fields: readonly Field[]
}

export type Row = Record<string, unknown>

/** One entry of a timeline (`cti/office/timeline`). */
export interface Moment {
  kind: string
  id: string
  at: string
  title: string
  text?: string
  by?: string
  tone?: Tone | ''
  /** Values before and after, in words. */
  details?: readonly { title: string; before: string; after: string }[]
  /** The record that it speaks of. */
  target?: { screen: string; id: string; title: string } | null
  /** Recordings that may be played. */
  sounds?: readonly string[]
}

/** A page of a timeline; `next` asks for the one below, empty on the last. */
export interface Moments {
  items: Moment[]
  next: string
  kinds: readonly { value: string; title: string }[]
}
