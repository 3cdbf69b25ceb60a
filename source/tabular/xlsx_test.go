package tabular_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"headwater/source/tabular"
)

// book builds a workbook in memory.
func book(t *testing.T, build func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	build(f)
	buf, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// must fails the test on the first error of its arguments.
func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestWorkbookValuesComeOutPlain(t *testing.T) {
	day := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	data := book(t, func(f *excelize.File) {
		iso := "yyyy\"年\"m\"月\"d\"日\""
		date, err := f.NewStyle(&excelize.Style{CustomNumFmt: &iso})
		must(t, err)
		stamp, err := f.NewStyle(&excelize.Style{NumFmt: 22})
		must(t, err)
		money, err := f.NewStyle(&excelize.Style{NumFmt: 4})
		must(t, err)
		must(t,
			f.SetSheetRow("Sheet1", "A3", &[]any{"客户", "Signed", "Seen", "Amount", "Active", "Sum"}),
			f.SetSheetRow("Sheet1", "A4", &[]any{"张三 & Co <b>", day, day.Add(90 * time.Minute), 1234567.5, true}),
			f.SetSheetRow("Sheet1", "A6", &[]any{"0012", nil, nil, 0.1 + 0.2, false}),
			f.SetCellStyle("Sheet1", "B4", "B4", date),
			f.SetCellStyle("Sheet1", "C4", "C4", stamp),
			f.SetCellStyle("Sheet1", "D4", "D6", money),
			f.SetCellFormula("Sheet1", "F4", "D4*2"),
		)
	})
	s, rows := readAll(t, data, "a.xlsx", tabular.Override{})
	if want := []string{"客户", "Signed", "Seen", "Amount", "Active", "Sum"}; !reflect.DeepEqual(s.Columns, want) {
		t.Fatalf("columns %q", s.Columns)
	}
	want := [][]string{
		{"张三 & Co <b>", "2026-11-21", "2026-11-21 01:30:00", "1234567.5", "TRUE", ""},
		{"0012", "", "", "0.3", "FALSE", ""},
	}
	if got := fields(rows); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if rows[0].Line != 4 || rows[1].Line != 6 {
		t.Errorf("lines %d, %d", rows[0].Line, rows[1].Line)
	}
	if !reflect.DeepEqual(rows[0].Formulas, []int{6}) || !hasProblem(rows[0], tabular.CodeNoValue) {
		t.Errorf("formula not noted: %+v", rows[0])
	}
}

func TestWorkbookSheetsAndMerges(t *testing.T) {
	data := book(t, func(f *excelize.File) {
		_, err := f.NewSheet("Deals")
		must(t, err,
			f.SetCellValue("Sheet1", "A1", "see next sheet"),
			f.SetCellValue("Deals", "A1", "Deals of the quarter"), f.MergeCell("Deals", "A1", "C1"),
			f.SetSheetRow("Deals", "A2", &[]any{"Region", "Owner", "Amount"}),
			f.SetSheetRow("Deals", "A3", &[]any{"East", "Li", 1}),
			f.SetSheetRow("Deals", "A4", &[]any{nil, "Wu", 2}),
			f.SetSheetRow("Deals", "A5", &[]any{"West", "Xu", 3}),
			f.MergeCell("Deals", "A3", "A4"),
		)
	})
	s, rows := readAll(t, data, "b.xlsx", tabular.Override{})
	if s.Sheet != "Deals" || s.Dialect.SkipLines != 1 || !s.Dialect.Header {
		t.Fatalf("%q %+v", s.Sheet, s.Dialect)
	}
	want := [][]string{{"East", "Li", "1"}, {"East", "Wu", "2"}, {"West", "Xu", "3"}}
	if got := fields(rows); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
	if !reflect.DeepEqual(rows[1].Merged, []int{1}) {
		t.Error("the filled cell isn't noted")
	}
	if _, err := tabular.Sniff(bytes.NewReader(data), int64(len(data)), "b.xlsx", tabular.Override{Sheet: "No"}); !errors.Is(err, tabular.ErrSheet) {
		t.Errorf("missing sheet: %v", err)
	}
}

func TestWorkbookBombIsRefused(t *testing.T) {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	w, err := z.Create("xl/workbook.xml")
	must(t, err)
	_, err = io.Copy(w, io.LimitReader(zeros{}, 64<<20))
	must(t, err, z.Close())
	_, err = tabular.Sniff(bytes.NewReader(buf.Bytes()), int64(buf.Len()), "c.xlsx", tabular.Override{})
	if !errors.Is(err, tabular.ErrBomb) {
		t.Errorf("got %v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestDamagedWorkbookGivesAnError(t *testing.T) {
	data := book(t, func(f *excelize.File) {
		for i := range 200 {
			cell, _ := excelize.CoordinatesToCellName(1, i+1)
			must(t, f.SetSheetRow("Sheet1", cell, &[]any{"x", i, strings.Repeat("y", i)}))
		}
	})
	for cut := 0; cut < len(data); cut += 97 {
		damaged := append(append([]byte{}, data[:cut]...), 0xFF)
		damaged = append(damaged, data[min(len(data), cut+1):]...)
		s, err := tabular.Sniff(bytes.NewReader(damaged), int64(len(damaged)), "d.xlsx", tabular.Override{})
		if err != nil {
			continue
		}
		if in, err := tabular.Open(bytes.NewReader(damaged), int64(len(damaged)), s); err == nil {
			for err == nil {
				_, err = in.Next()
			}
		}
	}
}
