-- What a scan needs to know of a table, as JSON: less than table.sql, because it is asked
-- for before every scan. A domain isn't resolved here. $1: schema, $2: name.
SELECT json_build_object(
  'oid', c.oid::bigint, 'schema', $1::text, 'name', c.relname, 'kind', c.relkind, 'heap', am.amname = 'heap', 'parent', c.relhassubclass AND c.relkind = 'r',
  'blocks', CASE WHEN c.relkind IN ('r', 'm') THEN pg_relation_size(c.oid) / current_setting('block_size')::bigint ELSE 0 END,
  'columns', (SELECT json_agg(json_build_object(
      'name', a.attname, 'not_null', a.attnotnull, 'oid', t.oid::bigint, 'typmod', a.atttypmod,
      'type_schema', tn.nspname, 'type', t.typname, 'type_kind', t.typtype, 'category', t.typcategory,
      'deterministic', coalesce(co.collisdeterministic, true)) ORDER BY a.attnum)
    FROM pg_attribute a
    JOIN pg_type t ON t.oid = a.atttypid
    JOIN pg_namespace tn ON tn.oid = t.typnamespace
    LEFT JOIN pg_collation co ON co.oid = a.attcollation
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
FROM pg_class c
LEFT JOIN pg_am am ON am.oid = c.relam
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND c.relname = $2 AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
