-- All tables that can be read, as JSON. Partitions are read through their table.
SELECT coalesce(json_agg(json_build_object(
  'schema', n.nspname, 'name', c.relname, 'kind', c.relkind,
  'label', coalesce(obj_description(c.oid, 'pg_class'), ''),
  'rows', CASE WHEN c.relkind = 'p' THEN coalesce((SELECT sum(nullif(l.reltuples, -1)) FROM pg_partition_tree(c.oid) p JOIN pg_class l ON l.oid = p.relid WHERE p.isleaf), -1)
               WHEN c.relkind = 'v' THEN -1 ELSE c.reltuples END::bigint,
  'bytes', CASE WHEN c.relkind = 'p' THEN coalesce((SELECT sum(pg_total_relation_size(p.relid)) FROM pg_partition_tree(c.oid) p WHERE p.isleaf), 0)
                WHEN c.relkind IN ('v', 'f') THEN -1 ELSE pg_total_relation_size(c.oid) END,
  'readable', has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT'),
  'writable', c.relkind IN ('r', 'p') AND NOT pg_is_in_recovery() AND has_table_privilege(c.oid, 'UPDATE')
    AND EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique)) ORDER BY n.nspname <> 'public', n.nspname, c.relname), '[]')
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND NOT c.relispartition
  AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
