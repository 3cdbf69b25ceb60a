/** The shapes of the HTTP API that the page works with. */
export interface Label {
  zh: string
  en: string
}

export interface Money {
  amount: string
  currency: string
}

export type Cell = string | number | boolean | Money | null | undefined
export type Cells = Record<string, Cell>

export type Kind = 'text' | 'integer' | 'decimal' | 'money' | 'boolean' | 'date' | 'timestamp' | 'enum' | 'reference' | 'email' | 'phone' | 'url'

export interface Option {
  name: string
  label: Label
  color?: string
}

export type OnDelete = 'restrict' | 'clear' | 'cascade'

export interface Field {
  name: string
  kind: Kind
  label: Label
  required?: boolean
  unique?: boolean
  long?: boolean
  target?: string
  on_delete?: OnDelete
  options?: Option[]
  default?: Cell
  custom?: boolean
  section?: string
  position: number
}

export interface Entity {
  name: string
  label: Label
  plural: Label
  title: string
  owner?: string
  inherits?: string
  directory?: boolean
  fields: Field[]
  writable: boolean
}

/** Titles of referenced records: entity → id → title. */
export type Titles = Record<string, Record<string, string>>

export interface Row {
  id: string
  rev: number
  cells: Cells
}

export interface RecordPage {
  items: Row[]
  titles: Titles
  next_page_token?: string
  total?: number
  sums?: Record<string, (Money | string)[]>
  revision: number
  ms: number
}

export interface LakeRecord extends Row {
  branch: string
  created_at: string
  updated_at: string
  titles: Titles
}

export interface Reference {
  entity: string
  field: string
  count: number
}

export interface HistoryItem {
  rev: number
  at: string
  actor: string
  actor_name: string
  kind: string
  reason?: string
  branch: string
  op: RowOp
  cells: { field: string; from: Cell; to: Cell }[]
}

export interface Rights {
  write: boolean
  branch: boolean
  merge: boolean
  schema: boolean
  admin: boolean
}

export type Role = 'owner' | 'admin' | 'manager' | 'seller' | 'viewer'
export type Scope = 'own' | 'team' | 'all'

export interface Me {
  id: string
  name: string
  email: string
  role: Role
  team: string
  scope: Scope
  language?: string
  has_password?: boolean
}

export interface Session {
  user: Me | null
  rights: Rights
  workspace: { name: string; demo: boolean; demo_note?: string }
  setup_needed: boolean
  version: string
}

export interface Person {
  id: string
  name: string
  email: string
  team: string
  role?: Role
  scope?: Scope
  active?: boolean
  has_password?: boolean
  last_seen?: string
}

export interface Team {
  id: string
  name: string
}

export interface Token {
  id: string
  name: string
  created_at?: string
  expires_at?: string
  last_used?: string
}

export interface Branch {
  name: string
  id: number
  parent: string | null
  fork: number
  owner: string
  owner_name: string
  shared: boolean
  state: 'open' | 'merged' | 'discarded'
  created_at: string
  note?: string
  ahead: number
  behind: number
  color: number
  mine: boolean
}

export type RowOp = 'added' | 'changed' | 'deleted'
export type Take = 'ours' | 'theirs'

export interface CellChange {
  field: string
  base: Cell
  ours: Cell
  theirs: Cell
  result: Cell
  conflict?: boolean
  masked?: boolean
}

export interface RowChange {
  entity: string
  id: string
  title: string
  op: RowOp
  cells: CellChange[]
  conflict?: string
  rule?: Violation
  masked?: boolean
}

export interface EntityChanges {
  entity: string
  added: number
  changed: number
  deleted: number
  rows: RowChange[]
}

export interface Diff {
  base: { branch: string; fork: number }
  head: number
  entities: EntityChanges[]
  titles: Titles
  conflicts: number
  hidden?: number
}

export interface Choice {
  entity: string
  id: string
  field?: string
  take: Take
  ours?: Cell
  theirs?: Cell
}

export interface MergeResult {
  revision?: number
  applied: number
  conflicts: RowChange[]
  kept?: RowChange[]
  titles?: Titles
}

export interface Violation {
  entity: string
  key: string
  field?: string
  code: string
  value?: string
  other?: string
  count?: number
}

export interface Revision {
  rev: number
  branch: string
  at: string
  actor: string
  actor_name: string
  kind: string
  reason?: string
  import?: string
  undoes?: number
  changes: Record<string, number>
  undoable: boolean
}

export interface SearchHit {
  entity: string
  id: string
  title: string
  field: string
  excerpt: string
  score: number
}

export interface Upload {
  upload: string
  name: string
  size: number
  format: string
  encoding: string
  delimiter: string
  quote: string
  skip_lines: number
  header: boolean
  sheets?: string[]
  sheet?: string
  columns: { name: string; samples: string[]; kind: Kind }[]
  rows: string[][]
  notes: { code: string; line?: number; detail: string }[]
}

export interface PlanColumn {
  column: string
  field: string | null
  new_field?: { name: string; kind: Kind; label: Label }
  confidence: number
  values?: Record<string, string>
  link_by?: string
  missing?: 'create' | 'empty' | 'reject'
  currency?: string
  currency_column?: string
  date_form?: string
  number_form?: string
  part?: string
  unit?: number
  suggestions?: Suggestion[]
}

/** A value that fits nothing yet, with what it might mean. */
export interface Suggestion {
  value: string
  count: number
  to?: string
  id?: string
  title?: string
}

export interface PlanNote {
  code: string
  field?: string
  column?: string
  params?: Record<string, string>
}

export interface Plan {
  entity: string
  columns: PlanColumn[]
  match: string
  on_match: 'update' | 'skip' | 'reject'
  empties?: string[]
  empty_cells?: string
  short_rows?: string
  title_from?: string[]
  time_zone?: string
  notes?: PlanNote[]
}

export interface ImportCounts {
  read: number
  inserted: number
  updated: number
  unchanged: number
  rejected: number
}

export interface ImportProblem {
  code: string
  field?: string
  column?: string
  count: number
  examples: { line: number; value: string; detail: string }[]
}

export interface DryRun extends ImportCounts {
  problems: ImportProblem[]
  rows: { line: number; op: string; cells: Cells; problems?: { code: string; field?: string; detail?: string }[] }[]
  missing_links: { field: string; value: string; count: number; suggestion?: { id: string; title: string } }[]
}

export type ImportState = 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted' | 'undone'

export interface Import extends ImportCounts {
  id: string
  state: ImportState
  entity: string
  branch: string
  file: string
  started_at: string
  finished_at?: string
  actor_name: string
  total_bytes: number
  done_bytes: number
  rate: number
  seconds_left: number
  revisions: number[]
  error?: string
}

export interface QueryResult {
  columns: { name: string; type: string }[]
  rows: Cell[][]
  more: boolean
  ms: number
  id: string
}

export interface ViewState {
  filter: string
  order: string
  fields: string[]
  sums: string[]
}

export interface View {
  id: string
  entity: string
  name: string
  shared: boolean
  mine?: boolean
  state: ViewState
}
