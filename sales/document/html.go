package document

import (
	"fmt"
	"html"
	"strings"
)

// HTML writes the document as one page that needs nothing else: its style lies within,
// also for printing on A4. Nothing in it can run or be loaded.
func (d *Document) HTML() []byte {
	w := &htmlPage{}
	fmt.Fprintf(w, "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>%s</title>\n<style>%s</style>\n</head>\n<body>\n", d.tag(), html.EscapeString(d.Title), pageStyle)
	if d.Watermark != "" {
		fmt.Fprintf(w, "<div class=\"watermark\" aria-hidden=\"true\">%s</div>\n", html.EscapeString(d.Watermark))
	}
	w.WriteString("<article>\n<header>\n")
	if d.Company != "" {
		fmt.Fprintf(w, "<p class=\"company\">%s</p>\n", html.EscapeString(d.Company))
	}
	fmt.Fprintf(w, "<h1>%s</h1>\n", html.EscapeString(d.Title))
	if facts := d.facts(); len(facts) > 0 {
		w.WriteString("<dl class=\"facts\">")
		for _, f := range facts {
			fmt.Fprintf(w, "<div><dt>%s</dt><dd>%s</dd></div>", html.EscapeString(f[0]), html.EscapeString(f[1]))
		}
		w.WriteString("</dl>\n")
	}
	w.WriteString("</header>\n")
	fmt.Fprintf(w, "<section class=\"summary\">\n<h2>%s</h2>\n", html.EscapeString(d.words().summary))
	w.blocks(d.Summary)
	w.WriteString("</section>\n")
	if b, ok := d.missingTable(); ok {
		w.WriteString("<section class=\"missing\">\n")
		w.block(b)
		w.WriteString("</section>\n")
	}
	for _, s := range d.Sections {
		fmt.Fprintf(w, "<section id=\"%s\">\n<h2>%s</h2>\n", html.EscapeString(s.ID), html.EscapeString(s.Title))
		w.blocks(s.Blocks)
		w.WriteString("</section>\n")
	}
	if b, ok := d.numbersTable(); ok {
		fmt.Fprintf(w, "<section class=\"numbers\">\n<h2>%s</h2>\n", html.EscapeString(d.words().numbers))
		w.block(b)
		w.WriteString("</section>\n")
	}
	w.WriteString("</article>\n</body>\n</html>\n")
	return []byte(w.String())
}

type htmlPage struct{ strings.Builder }

func (w *htmlPage) blocks(list []Block) {
	for _, b := range list {
		w.block(b)
	}
}

func (w *htmlPage) block(b Block) {
	items := func(tag, class string) {
		fmt.Fprintf(w, "<%s%s>\n", tag, class)
		for _, i := range b.Items {
			w.WriteString("<li>" + inline(i) + "</li>\n")
		}
		fmt.Fprintf(w, "</%s>\n", tag)
	}
	switch b.Kind {
	case Heading:
		level := min(b.Level, 3) + 2
		fmt.Fprintf(w, "<h%d>%s</h%[1]d>\n", level, inline(b.Text))
	case Bullets:
		items("ul", "")
	case Numbered:
		items("ol", "")
	case Entry:
		w.WriteString("<div class=\"entry\">\n<p class=\"title\">" + inline(b.Text) + "</p>\n")
		for _, i := range b.Items {
			w.WriteString("<p>" + inline(i) + "</p>\n")
		}
		w.WriteString("</div>\n")
	case Table:
		w.table(b)
	default:
		w.WriteString("<p>" + inline(b.Text) + "</p>\n")
	}
}

func (w *htmlPage) table(b Block) {
	w.WriteString("<table>\n")
	if b.Head != nil {
		w.WriteString("<thead><tr>")
		for _, c := range b.Head {
			w.WriteString("<th scope=\"col\">" + inline(c) + "</th>")
		}
		w.WriteString("</tr></thead>\n")
	}
	w.WriteString("<tbody>\n")
	for _, r := range b.Rows {
		w.WriteString("<tr>")
		for _, c := range r {
			w.WriteString("<td>" + inline(c) + "</td>")
		}
		w.WriteString("</tr>\n")
	}
	w.WriteString("</tbody>\n</table>\n")
}

func inline(text []Run) string {
	var b strings.Builder
	for _, r := range text {
		s := strings.ReplaceAll(html.EscapeString(r.shown()), "\n", "<br>")
		if r.Own {
			s = "<span class=\"own\">" + s + "</span>"
		}
		if r.Missing {
			s = "<mark>" + s + "</mark>"
		}
		if r.Bold {
			s = "<strong>" + s + "</strong>"
		}
		b.WriteString(s)
	}
	return b.String()
}

const pageStyle = `
:root { color-scheme: light; }
body { margin: 0; background: #fff; color: #1f2933; font: 15px/1.7 "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif; }
article { position: relative; max-width: 46rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
h1 { margin: 0 0 .4rem; font-size: 1.75rem; line-height: 1.3; color: #1f4e79; }
h2 { margin: 2rem 0 .6rem; font-size: 1.2rem; color: #1f4e79; }
h3, h4, h5 { margin: 1.2rem 0 .4rem; font-size: 1.05rem; color: #1f4e79; }
p { margin: .4rem 0; }
.company { margin: 0 0 1rem; padding-bottom: .4rem; border-bottom: 1px solid #d5d9de; color: #6b7580; font-size: .85rem; }
.facts { display: flex; flex-wrap: wrap; gap: .2rem 1.6rem; margin: 0 0 1.2rem; color: #52606d; font-size: .9rem; }
.facts div { display: flex; gap: .5rem; } .facts dt { font-weight: 600; } .facts dd { margin: 0; }
.summary { padding: .6rem 1.2rem .8rem; border-left: 5px solid #2e75b6; background: #f2f7fc; break-inside: avoid; }
.summary h2 { margin: .2rem 0 .4rem; font-size: 1.05rem; }
ul, ol { margin: .4rem 0; padding-left: 1.4rem; }
.entry { margin: .9rem 0; padding-left: .9rem; border-left: 3px solid #d5e3f0; break-inside: avoid; }
.entry p { margin: .15rem 0; }
table { width: 100%; margin: .8rem 0; border-collapse: collapse; font-size: .92rem; }
th, td { padding: .4rem .6rem; border: 1px solid #d5d9de; text-align: left; vertical-align: top; }
th { background: #deeaf6; } tr { break-inside: avoid; } thead { display: table-header-group; }
mark { padding: 0 .2em; border-radius: 3px; background: #fff2cc; color: #9c5700; }
.own { border-bottom: 2px dotted #b45309; }
.watermark { position: fixed; inset: 0; display: grid; place-items: center; overflow: hidden; color: rgba(120, 120, 120, .16); font-size: 3.2rem; font-weight: 700; white-space: nowrap; transform: rotate(-32deg); pointer-events: none; z-index: 1; }
@page { size: A4; margin: 22mm 20mm 20mm; }
@media print { body { font-size: 10.5pt; } article { max-width: none; padding: 0; } h2, h3, h4, h5 { break-after: avoid; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`
