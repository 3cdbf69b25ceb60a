// Package iceberg reads Iceberg tables, from a catalog in an SQLite file or behind the
// REST protocol.
//
//	iceberg+sql:///path/to/catalog.db?warehouse=/path[&catalog=name]
//	iceberg+rest://[token:TOKEN@|user:password@]host[:port]/path[?warehouse=name][&tls=false][&local=/path]
//
// Data in object stores are read with the address's s3.endpoint, s3.region,
// s3.access-key-id, s3.secret-access-key and s3.path-style-access, under the guard of
// the settings' Dial like the catalog itself. Local files are read below warehouse (of
// an SQL catalog; without it, the catalog's folder) or local (of a REST catalog) and
// nowhere else, whatever the catalog says.
//
// # Schemas and snapshots
//
// A table's state is the id of a snapshot: Pin. A pinned scan reads with the snapshot's
// own schema, and falls back on the current one by field ids where the columns asked for
// have newer names. Columns are found in files by their field ids: a column that was
// dropped and made again doesn't show the old values.
//
// # Files or rows
//
// The engine reads the data files itself when that can't change the answer: Parquet
// without deletes, each with just the columns of the schema, by id, name and type.
// Otherwise rows come through the Iceberg library, with conditions on whole numbers,
// days and texts applied there.
package iceberg
