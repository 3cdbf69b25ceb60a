-- One table with its columns, as JSON. $1: schema, $2: name.
SELECT json_build_object(
  'oid', c.oid::bigint, 'schema', n.nspname, 'name', c.relname, 'kind', c.relkind, 'heap', am.amname = 'heap', 'parent', c.relhassubclass AND c.relkind = 'r',
  'label', coalesce(obj_description(c.oid, 'pg_class'), ''),
  'rows', CASE WHEN c.relkind = 'p' THEN coalesce((SELECT sum(nullif(l.reltuples, -1)) FROM pg_partition_tree(c.oid) p JOIN pg_class l ON l.oid = p.relid WHERE p.isleaf), -1)
               WHEN c.relkind = 'v' THEN -1 ELSE c.reltuples END::bigint,
  'bytes', CASE WHEN c.relkind = 'p' THEN coalesce((SELECT sum(pg_total_relation_size(p.relid)) FROM pg_partition_tree(c.oid) p WHERE p.isleaf), 0)
                WHEN c.relkind IN ('v', 'f') THEN -1 ELSE pg_total_relation_size(c.oid) END,
  'blocks', CASE WHEN c.relkind IN ('r', 'm') THEN pg_relation_size(c.oid) / current_setting('block_size')::bigint ELSE 0 END,
  'writable', c.relkind IN ('r', 'p') AND NOT pg_is_in_recovery() AND has_table_privilege(c.oid, 'UPDATE'),
  'columns', (SELECT json_agg(json_build_object(
      'name', a.attname, 'number', a.attnum, 'native', format_type(a.atttypid, a.atttypmod), 'not_null', a.attnotnull,
      'generated', a.attgenerated <> '', 'label', coalesce(col_description(c.oid, a.attnum), ''),
      'oid', t.oid::bigint, 'typmod', b.typmod, 'type_schema', tn.nspname, 'type', t.typname, 'type_kind', t.typtype, 'category', t.typcategory,
      'deterministic', coalesce(co.collisdeterministic, true)) ORDER BY a.attnum)
    FROM pg_attribute a
    CROSS JOIN LATERAL (
      WITH RECURSIVE d(oid, typmod) AS (
        SELECT a.atttypid, a.atttypmod
        UNION ALL
        SELECT y.typbasetype, y.typtypmod FROM d JOIN pg_type y ON y.oid = d.oid WHERE y.typtype = 'd')
      SELECT d.oid, d.typmod FROM d JOIN pg_type y ON y.oid = d.oid WHERE y.typtype <> 'd') b
    JOIN pg_type t ON t.oid = b.oid
    JOIN pg_namespace tn ON tn.oid = t.typnamespace
    LEFT JOIN pg_collation co ON co.oid = a.attcollation
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
  'keys', (SELECT json_agg(k.names ORDER BY NOT k.primary, cardinality(k.names), k.names) FROM (
      SELECT i.indisprimary AS primary,
        (SELECT array_agg(a.attname::text ORDER BY x.place) FROM unnest(i.indkey[0:i.indnkeyatts - 1]) WITH ORDINALITY x(number, place)
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = x.number) AS names
      FROM pg_index i
      WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indimmediate
        AND NOT EXISTS (SELECT FROM unnest(i.indkey[0:i.indnkeyatts - 1]) x(number)
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = x.number WHERE NOT a.attnotnull)) k),
  'relations', (SELECT json_agg(json_build_object('schema', fn.nspname, 'table', f.relname,
      'columns', (SELECT array_agg(a.attname::text ORDER BY x.place) FROM unnest(r.conkey) WITH ORDINALITY x(number, place)
        JOIN pg_attribute a ON a.attrelid = r.conrelid AND a.attnum = x.number),
      'targets', (SELECT array_agg(a.attname::text ORDER BY x.place) FROM unnest(r.confkey) WITH ORDINALITY x(number, place)
        JOIN pg_attribute a ON a.attrelid = r.confrelid AND a.attnum = x.number)) ORDER BY r.conname)
    FROM pg_constraint r JOIN pg_class f ON f.oid = r.confrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace
    WHERE r.conrelid = c.oid AND r.contype = 'f' AND r.conparentid = 0))
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_am am ON am.oid = c.relam
WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
