package mysql

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"headwater/lake"
	"headwater/source"
)

// readable is how many tables are tried before the account counts as one that may read
// nothing.
const readable = 20

// Test goes through dns, tcp, tls, signin, permission and read. MySQL begins encryption
// and sign-in in one exchange; which of them failed is told from the error.
func (c *connector) Test(ctx context.Context) []source.Step {
	w := &source.Walk{}
	if !w.Reach(ctx, c.settings.Dial, "tcp", c.config.Addr) {
		return w.Steps
	}
	conn, err := c.db.Conn(ctx)
	if err == nil {
		defer conn.Close()
	}
	err = c.translate(ctx, err, "")
	if !w.Do("tls", func() (string, error) { return c.encrypted(ctx, conn, err) }) {
		return w.Steps
	}
	if !w.Do("signin", func() (string, error) { return c.version(ctx, conn, err) }) {
		return w.Steps
	}
	var tables []lake.SourceTable
	w.Do("permission", func() (detail string, err error) {
		tables, err = c.visible(ctx)
		return strconv.Itoa(len(tables)) + " tables", err
	})
	w.Do("read", func() (string, error) { return "", c.readOne(ctx, tables) })
	return w.Steps
}

// encrypted tells the cipher, or fails when that was what failed.
func (c *connector) encrypted(ctx context.Context, conn *sql.Conn, failed error) (string, error) {
	var known *lake.Error
	if errors.As(failed, &known) && (known.Code == "tls_missing" || known.Code == "tls_untrusted" || known.Code == "tls_required" || known.Code == "protocol_other") {
		return "", failed
	}
	if failed != nil {
		return "", nil
	}
	var name, cipher string
	if err := conn.QueryRowContext(ctx, "SHOW STATUS LIKE 'Ssl_cipher'").Scan(&name, &cipher); err != nil || cipher == "" {
		return "not encrypted", nil
	}
	return cipher, nil
}

func (c *connector) version(ctx context.Context, conn *sql.Conn, failed error) (string, error) {
	if failed != nil {
		return "", failed
	}
	var v string
	err := conn.QueryRowContext(ctx, "SELECT VERSION()").Scan(&v)
	return v, c.translate(ctx, err, "")
}

func (c *connector) visible(ctx context.Context) ([]lake.SourceTable, error) {
	list, err := c.Tables(ctx)
	if err == nil && len(list) == 0 {
		err = c.granted(ctx)
	}
	return list, err
}

// granted tells an empty database from one whose tables the account may not see.
func (c *connector) granted(ctx context.Context) error {
	more := false
	err := c.each(ctx, func(rows *sql.Rows) error {
		var grant string
		err := rows.Scan(&grant)
		more = more || len(grant) < 14 || grant[:14] != "GRANT USAGE ON"
		return err
	}, "SHOW GRANTS")
	if err == nil && !more {
		err = lake.Fail(lake.ErrForbidden, "permission_missing", "The account may read nothing here.", "source", c.name)
	}
	return c.translate(ctx, err, "")
}

// readOne reads a row of one of the tables.
func (c *connector) readOne(ctx context.Context, tables []lake.SourceTable) (err error) {
	for i := 0; i < len(tables) && i < readable; i++ {
		database, name, perr := c.place(tables[i].Name)
		if perr != nil {
			return perr
		}
		q := "SELECT 1 FROM " + (&table{database: database, name: name}).sql() + " LIMIT 1"
		if err = c.translate(ctx, c.each(ctx, func(*sql.Rows) error { return nil }, q), tables[i].Name); err == nil {
			return nil
		}
	}
	return err
}
