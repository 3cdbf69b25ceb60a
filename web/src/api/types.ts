/** The shapes of the HTTP API, under the names that the page uses. They come from the server's own description. */
import type { components } from './schema'

type Schemas = components['schemas']
/** A shape whose description says text where only some texts are possible. */
export type Narrow<T, R> = Omit<T, keyof R> & R

export type Label = Schemas['Label']
export type Money = Schemas['Money']
export type Option = Schemas['Option']
export type Cell = Schemas['Cell'] | undefined
export type Cells = Record<string, Cell>
export type Kind = Schemas['NewField']['kind'] | 'float' | 'json' | 'vector'
export type OnDelete = NonNullable<Schemas['NewField']['on_delete']>
export type Field = Narrow<Schemas['Field'], { kind: Kind; on_delete?: OnDelete; default?: Cell }>
export type Entity = Narrow<Schemas['Entity'], { fields: Field[] }>

/** Titles of referenced records: entity → id → title. */
export type Titles = Record<string, Record<string, string>>
export type Row = Narrow<Schemas['Row'], { cells: Cells }>
export type RecordPage = Narrow<Schemas['RecordPage'], { items: Row[]; titles: Titles }>
export type LakeRecord = Narrow<Schemas['Record'], { cells: Cells; titles: Titles }>
export type Reference = Schemas['ReferenceCount']
export type HistoryItem = Schemas['HistoryItem']
export type SearchHit = Schemas['Hit']
export type View = Schemas['View']
export type ViewState = Schemas['ViewState']

export type Session = Schemas['SessionState']
export type Rights = Schemas['SessionRights']
export type Me = Schemas['Me']
export type Role = Me['role']
export type Scope = Me['scope']
export type Person = Schemas['User']
export type PersonSaved = Schemas['UserAndLink']
export type Team = Schemas['Team']
export type Token = Schemas['Token']

export type Branch = Schemas['Branch']
export type RowChange = Schemas['RowChange']
export type RowOp = RowChange['op']
export type CellChange = Schemas['CellChange']
export type EntityChanges = Schemas['EntityChanges']
export type Diff = Schemas['BranchDiff']
export type Choice = Schemas['Choice']
export type Take = Choice['take']
export type MergeResult = Schemas['MergeOutcome']
export type Violation = Schemas['Violation']
export type Revision = Schemas['Revision']

export type Upload = Schemas['Upload']
export type Suggestion = Schemas['Suggestion']
export type PlanColumn = Narrow<Schemas['PlanColumn'], { field: string | null; confidence: number }>
export type Plan = Narrow<Schemas['Plan'], { columns: PlanColumn[]; match: string }>
export type DryRun = Schemas['DryRun']
export type ImportProblem = Schemas['ProblemGroup']
export type Import = Schemas['Import']
export type ImportCounts = Pick<Import, 'read' | 'inserted' | 'updated' | 'unchanged' | 'rejected'>

export type QueryResult = Narrow<Schemas['SQLAnswer'], { rows: unknown[][] }>
export type ProblemBody = Partial<Schemas['Problem']>
