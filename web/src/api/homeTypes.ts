/** The shapes of sources and of entities that live elsewhere, under the names that the page uses. */
import type { components } from './schema'
import type { Kind, Narrow } from './types'

type Schemas = components['schemas']

export type HomeKind = Schemas['Home']['kind']
export type EntityState = Schemas['EntityState']
export type Mode = EntityState['mode']
export type MaskRule = Schemas['MaskRule']
export type Keep = Schemas['Keep']

export type Source = Schemas['Source']
export type SourceList = Schemas['SourceList']
export type Step = Schemas['SourceStep']
export type Tested = Schemas['SourceTried']
export type SourceTable = Schemas['ListedTable']
/** A table with its columns, key and relations. */
export type TableInfo = Schemas['SourceTable']
export type SourcePreview = Narrow<Schemas['TablePreview'], { rows: unknown[][] }>

/** An entity as it is proposed for a table, before it is declared. */
export type EntityDraft = Narrow<Schemas['EntityDraft'], { fields: Narrow<Schemas['DraftField'], { kind: Kind }>[] }>
export type Declaration = Schemas['Declaration']
export type Declared = Schemas['Declared']
export type NewEntity = Schemas['NewEntity']
/** Kinds that the lake's own entities can have. */
export type NativeKind = Schemas['NewField']['kind']
export type CloneOrder = Schemas['CloneOrder']
export type DeriveOrder = Schemas['DeriveOrder']
export type EntityChange = Narrow<Schemas['EntityChange'], { keep?: Keep | null }>
export type Shape = Narrow<Schemas['QueryShape'], { columns: Narrow<Schemas['ShapedColumn'], { kind: Kind }>[] }>

export type Job = Schemas['Job']
export type SchemaChange = Schemas['TableChange']
export type Profile = Schemas['Profile']
export type Counted = Schemas['Counted']
export type Lineage = Schemas['LineageGraph']
export type LineageNode = Schemas['LineageNode']
export type LineageEdge = Schemas['LineageEdge']
export type NodeKind = LineageNode['kind']
export type CatalogHit = Schemas['CatalogHit']
export type Explained = Schemas['Explained']
export type ExplainStep = Schemas['ExplainedStep']

export type DriftRow = Schemas['DriftRow']
export type WriteBackRow = Schemas['WriteBackRow']
export type WriteBackCount = Schemas['WriteBackCount']
export type WriteBackTable = Schemas['WriteBackTable']
export type PastWriteBack = Schemas['PastWriteBack']
export type WriteBackDone = Schemas['WriteBackDone']
