-- The states in which a branch sees entities of sources (JSON: entity -> copy).
ALTER TABLE hw_branches ADD COLUMN pins TEXT;
