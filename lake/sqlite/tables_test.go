package sqlite_test

import (
	"testing"

	"headwater/lake/laketest"
)

func TestTables(t *testing.T) { laketest.Tables(t, open(t).Store) }
