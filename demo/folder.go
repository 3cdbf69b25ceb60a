package demo

import (
	"context"
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	_ "github.com/mattn/go-sqlite3" // writes the billing system's file
	"golang.org/x/text/encoding/simplifiedchinese"

	"headwater/lake"
)

// Folder is the name of the directory that the demo's sources lie in.
const Folder = "demo-sources"

const (
	billingFile = "billing.sqlite"
	usageFolder = "usage"
	monthly     = "monthly"             // in usage: month=2026-09/part-0.parquet …
	ticketFile  = "partner-tickets.csv" // in usage
)

// write writes the books into a new directory.
func (b *books) write(ctx context.Context, dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, usageFolder), 0o700); err != nil {
		return err
	}
	return errors.Join(b.writeBilling(ctx, filepath.Join(dir, billingFile)),
		b.writeUsage(filepath.Join(dir, usageFolder, monthly)), b.writeTickets(filepath.Join(dir, usageFolder, ticketFile)))
}

const billingTables = `
CREATE TABLE contracts (
	number TEXT PRIMARY KEY NOT NULL,
	account_id TEXT NOT NULL,
	edition TEXT NOT NULL,
	seats INTEGER NOT NULL,
	price_per_year DECIMAL(14,2) NOT NULL,
	currency TEXT NOT NULL,
	starts_on DATE NOT NULL,
	renews_on DATE,
	auto_renewal BOOLEAN NOT NULL,
	payment_days INTEGER NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('active', 'ended'))
);
CREATE TABLE invoices (
	number TEXT PRIMARY KEY NOT NULL,
	contract TEXT NOT NULL REFERENCES contracts (number),
	account_id TEXT NOT NULL,
	amount DECIMAL(14,2) NOT NULL,
	currency TEXT NOT NULL,
	period_from DATE NOT NULL,
	period_to DATE NOT NULL,
	issued_on DATE NOT NULL,
	due_on DATE NOT NULL,
	paid_on DATE,
	status TEXT NOT NULL CHECK (status IN ('paid', 'open', 'overdue', 'void'))
);
CREATE INDEX contracts_by_account ON contracts (account_id);
CREATE INDEX invoices_by_account ON invoices (account_id);`

// onBilling runs fn in a transaction on the billing system's file. The file can be made
// again, so nothing waits for the disk.
func onBilling(ctx context.Context, path string, fn func(*sql.Tx) error) (err error) {
	db, err := sql.Open("sqlite3", "file:"+(&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()+"?_synchronous=OFF&_journal_mode=DELETE")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func (b *books) writeBilling(ctx context.Context, path string) error {
	return onBilling(ctx, path, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, billingTables); err != nil {
			return err
		}
		put, err := tx.PrepareContext(ctx, "INSERT INTO contracts VALUES (?,?,?,?,?,?,?,?,?,?,?)")
		if err != nil {
			return err
		}
		defer put.Close()
		for _, c := range b.contracts {
			if _, err := put.ExecContext(ctx, c.number, string(c.account.key), c.edition, c.seats, money(c.price), c.currency, day(c.starts), day(c.renews),
				c.rolls, c.terms, c.status()); err != nil {
				return err
			}
		}
		send, err := tx.PrepareContext(ctx, "INSERT INTO invoices VALUES (?,?,?,?,?,?,?,?,?,?,?)")
		if err != nil {
			return err
		}
		defer send.Close()
		for _, v := range b.invoices {
			if _, err := send.ExecContext(ctx, v.number, v.contract.number, string(v.contract.account.key), money(v.amount), v.contract.currency,
				day(v.earliest), day(v.latest), day(v.issued), day(v.due), day(v.paid), v.status); err != nil {
				return err
			}
		}
		return nil
	})
}

// money writes hundredths.
func money(n int64) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }

// day writes a date; nil for none.
func day(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.In(china).Format(time.DateOnly)
}

var usageShape = arrow.NewSchema([]arrow.Field{
	{Name: "account_id", Type: arrow.BinaryTypes.String},
	{Name: "feature", Type: arrow.BinaryTypes.String},
	{Name: "calls", Type: arrow.PrimitiveTypes.Int64},
	{Name: "active_users", Type: arrow.PrimitiveTypes.Int64},
	{Name: "storage_gb", Type: &arrow.Decimal128Type{Precision: 12, Scale: 2}},
}, nil)

// writeUsage writes a folder for each month.
func (b *books) writeUsage(dir string) error {
	for from := 0; from < len(b.usage); {
		to := from
		for to < len(b.usage) && b.usage[to].month == b.usage[from].month {
			to++
		}
		if err := writeMonth(filepath.Join(dir, "month="+b.usage[from].month), b.usage[from:to]); err != nil {
			return err
		}
		from = to
	}
	return nil
}

func writeMonth(dir string, rows []usage) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	r := array.NewRecordBuilder(memory.DefaultAllocator, usageShape)
	defer r.Release()
	for _, u := range rows {
		r.Field(0).(*array.StringBuilder).Append(string(u.account.key))
		r.Field(1).(*array.StringBuilder).Append(u.feature)
		r.Field(2).(*array.Int64Builder).Append(u.calls)
		r.Field(3).(*array.Int64Builder).Append(u.people)
		r.Field(4).(*array.Decimal128Builder).Append(decimal128.FromI64(u.storage))
	}
	batch := r.NewRecordBatch()
	defer batch.Release()
	f, err := os.Create(filepath.Join(dir, "part-0.parquet"))
	if err != nil {
		return err
	}
	w, err := pqarrow.NewFileWriter(usageShape, f, parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Snappy)), pqarrow.DefaultWriterProps())
	if err != nil {
		return errors.Join(err, f.Close())
	}
	return errors.Join(w.Write(batch), w.Close()) // closes the file, too
}

// writeTickets writes what the partner's system exports.
func (b *books) writeTickets(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	out := simplifiedchinese.GB18030.NewEncoder().Writer(f)
	w := csv.NewWriter(out)
	w.UseCRLF = true
	rows := [][]string{{"工单号", "客户名称", "严重程度", "创建日期", "关闭日期"}}
	for _, t := range b.tickets {
		closed, _ := day(t.closed).(string)
		rows = append(rows, []string{t.number, t.name, t.severity, t.opened.Format(time.DateOnly), closed})
	}
	return errors.Join(w.WriteAll(rows), f.Close())
}

// WriteSources writes the files of the demo's sources into a directory. The same seed, day
// and people give the same bytes.
func WriteSources(ctx context.Context, dir string, seed uint64, today time.Time, people map[string]lake.Key) error {
	return tell(seed, today, people).keepBooks().write(ctx, dir)
}
