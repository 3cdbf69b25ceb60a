import { Boxes, Cloud, Database, FileStack, FolderOpen, Snowflake, type LucideIcon } from 'lucide-react'
import { useI18n } from '../i18n'
import '../i18n/homes'

const icons: Record<string, LucideIcon> = { sqlite: FileStack, file: FolderOpen, s3: Cloud, gs: Cloud, azblob: Cloud, iceberg: Snowflake, chroma: Boxes }

export const kindIcon = (scheme: string): LucideIcon => icons[scheme.split('+')[0] ?? ''] ?? Database

const names: Record<string, string> = { postgres: 'PostgreSQL', postgresql: 'PostgreSQL', mysql: 'MySQL · MariaDB', mariadb: 'MariaDB', sqlite: 'SQLite', s3: 'Amazon S3', gs: 'Google Cloud Storage', azblob: 'Azure Blob', iceberg: 'Apache Iceberg', chroma: 'Chroma' }

/** What people call a kind of source. */
export function useKindName() {
  const { t } = useI18n()
  return (scheme: string) => (scheme === 'file' ? t('source.kind.file') : (names[scheme] ?? names[scheme.split('+')[0] ?? ''] ?? scheme))
}

const order = ['postgres', 'mysql', 'sqlite', 'file', 's3', 'gs', 'azblob', 'iceberg', 'chroma']
const aliases = new Set(['postgresql', 'mariadb', 'fileblob'])

/** The kinds to choose from: each once, the usual first. */
export function offered(schemes: string[]): string[] {
  const rank = (s: string) => (order.includes(s.split('+')[0] ?? s) ? order.indexOf(s.split('+')[0] ?? s) : order.length)
  return schemes.filter((s) => !aliases.has(s)).sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
}
