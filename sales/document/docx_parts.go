package document

import (
	"encoding/xml"
	"fmt"
	"strings"
)

const (
	wordSpace    = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	relations    = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	contentTypes = xml.Header + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
		`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>` +
		`<Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/>` +
		`<Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/>` +
		`<Override PartName="/word/fontTable.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"/>` +
		`<Override PartName="/word/header1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/>` +
		`<Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`
	packageRels = xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + relations + `/officeDocument" Target="word/document.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`
	documentRels = xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + relations + `/styles" Target="styles.xml"/>` +
		`<Relationship Id="rId2" Type="` + relations + `/numbering" Target="numbering.xml"/><Relationship Id="rId3" Type="` + relations + `/settings" Target="settings.xml"/>` +
		`<Relationship Id="rId4" Type="` + relations + `/fontTable" Target="fontTable.xml"/><Relationship Id="rId5" Type="` + relations + `/header" Target="header1.xml"/>` +
		`<Relationship Id="rId6" Type="` + relations + `/footer" Target="footer1.xml"/></Relationships>`
	settings = xml.Header + `<w:settings ` + wordSpace + `><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/><w:characterSpacingControl w:val="compressPunctuation"/>` +
		`<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`
	// A machine without the font takes the first of the others that it has.
	fontTable = xml.Header + `<w:fonts ` + wordSpace + `><w:font w:name="Microsoft YaHei"><w:altName w:val="微软雅黑;PingFang SC;Noto Sans CJK SC;Source Han Sans SC;宋体"/><w:charset w:val="86"/><w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font>` +
		`<w:font w:name="宋体"><w:altName w:val="SimSun;Songti SC;Noto Serif CJK SC"/><w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>` +
		`<w:font w:name="Calibri"><w:altName w:val="Carlito;Helvetica Neue;Liberation Sans"/><w:charset w:val="00"/><w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font></w:fonts>`
)

func (d *Document) core() string {
	made := ""
	if len(d.MadeOn) >= 10 {
		made = `<dcterms:created xsi:type="dcterms:W3CDTF">` + escaped(d.MadeOn[:10]) + `T00:00:00Z</dcterms:created>`
	}
	return xml.Header + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		`<dc:title>` + escaped(d.Title) + `</dc:title><dc:creator>` + escaped(d.Company) + `</dc:creator><dc:language>` + d.tag() + `</dc:language>` + made + `</cp:coreProperties>`
}

// tag is the language as IETF tags name it.
func (d *Document) tag() string {
	if d.Lang == "zh" {
		return "zh-CN"
	}
	return "en-GB"
}

// style is one style of the document.
type style struct{ id, name, based, paragraph, run string }

func (d *Document) styles() string {
	var b strings.Builder
	b.WriteString(xml.Header + `<w:styles ` + wordSpace + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="Microsoft YaHei" w:cs="Calibri"/><w:sz w:val="21"/><w:szCs w:val="21"/><w:lang w:val="` + d.tag() + `" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>` +
		`<w:pPrDefault><w:pPr><w:spacing w:after="100" w:line="300" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>`)
	b.WriteString(`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>`)
	heading := func(level, before, size int) style {
		return style{fmt.Sprintf("Heading%d", level), fmt.Sprintf("heading %d", level), "Normal",
			fmt.Sprintf(`<w:keepNext/><w:keepLines/><w:spacing w:before="%d" w:after="80"/><w:outlineLvl w:val="%d"/>`, before, level-1), fmt.Sprintf(`<w:b/><w:bCs/><w:color w:val="1F4E79"/><w:sz w:val="%d"/><w:szCs w:val="%[1]d"/>`, size)}
	}
	for _, s := range []style{
		{"Title", "Title", "Normal", `<w:spacing w:before="0" w:after="120"/>`, `<w:b/><w:bCs/><w:color w:val="1F4E79"/><w:sz w:val="40"/><w:szCs w:val="40"/>`},
		{"Facts", "Facts", "Normal", `<w:spacing w:after="20"/>`, `<w:color w:val="595959"/><w:sz w:val="19"/><w:szCs w:val="19"/>`},
		{"SummaryHeading", "Summary heading", "Normal", `<w:keepNext/><w:spacing w:before="60" w:after="60"/>`, `<w:b/><w:bCs/><w:color w:val="1F4E79"/><w:sz w:val="23"/><w:szCs w:val="23"/>`},
		heading(1, 320, 28), heading(2, 240, 24), heading(3, 180, 22), heading(4, 140, 21),
		{"ListBullet", "List Bullet", "Normal", `<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:spacing w:after="60"/>`, ""},
		{"ListNumber", "List Number", "Normal", `<w:spacing w:after="60"/>`, ""},
		{"EntryTitle", "Entry title", "Normal", `<w:keepNext/><w:spacing w:before="160" w:after="40"/>`, `<w:b/><w:bCs/>`},
		{"EntryLine", "Entry line", "Normal", `<w:spacing w:after="30"/><w:ind w:left="340"/>`, ""},
		{"TableText", "Table text", "Normal", `<w:spacing w:before="40" w:after="40" w:line="260" w:lineRule="auto"/>`, `<w:sz w:val="19"/><w:szCs w:val="19"/>`},
		{"Header", "header", "Normal", `<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="4" w:color="BFBFBF"/></w:pBdr><w:tabs><w:tab w:val="right" w:pos="9298"/></w:tabs>`, `<w:color w:val="7F7F7F"/><w:sz w:val="17"/><w:szCs w:val="17"/>`},
		{"Footer", "footer", "Normal", `<w:jc w:val="center"/>`, `<w:color w:val="7F7F7F"/><w:sz w:val="17"/><w:szCs w:val="17"/>`},
	} {
		b.WriteString(`<w:style w:type="paragraph" w:styleId="` + s.id + `"><w:name w:val="` + s.name + `"/><w:basedOn w:val="` + s.based + `"/><w:qFormat/><w:pPr>` + s.paragraph + `</w:pPr><w:rPr>` + s.run + `</w:rPr></w:style>`)
	}
	b.WriteString(`<w:style w:type="character" w:styleId="MissingInput"><w:name w:val="Missing input"/><w:rPr><w:color w:val="9C5700"/><w:shd w:val="clear" w:color="auto" w:fill="FFF2CC"/></w:rPr></w:style>`)
	cell := `<w:tblCellMar><w:top w:w="20" w:type="dxa"/><w:left w:w="100" w:type="dxa"/><w:bottom w:w="20" w:type="dxa"/><w:right w:w="100" w:type="dxa"/></w:tblCellMar>`
	border := func(sides ...string) (out string) {
		for _, s := range sides {
			out += `<w:` + s + ` w:val="single" w:sz="4" w:space="0" w:color="BFBFBF"/>`
		}
		return out
	}
	b.WriteString(`<w:style w:type="table" w:styleId="PlainTable"><w:name w:val="Plain table"/><w:tblPr><w:tblBorders>` + border("top", "left", "bottom", "right", "insideH", "insideV") + `</w:tblBorders>` + cell + `</w:tblPr>` +
		`<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:bCs/></w:rPr><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="DEEAF6"/></w:tcPr></w:tblStylePr></w:style>`)
	b.WriteString(`<w:style w:type="table" w:styleId="SummaryBox"><w:name w:val="Summary box"/><w:tblPr><w:tblBorders><w:left w:val="single" w:sz="36" w:space="0" w:color="2E75B6"/></w:tblBorders>` + strings.ReplaceAll(cell, `"100"`, `"200"`) + `</w:tblPr><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="F2F7FC"/></w:tcPr></w:style>`)
	b.WriteString(`</w:styles>`)
	return b.String()
}

// numbering has one list of points and one counting list for each that the document has.
func (d *Document) numbering() string {
	var b strings.Builder
	b.WriteString(xml.Header + `<w:numbering ` + wordSpace + `><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="hybridMultilevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="400" w:hanging="260"/></w:pPr></w:lvl></w:abstractNum>` +
		`<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="hybridMultilevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="440" w:hanging="340"/></w:pPr></w:lvl></w:abstractNum>` +
		`<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`)
	counting := 0
	for _, blocks := range append([][]Block{d.Summary}, sectionBlocks(d)...) {
		for _, one := range blocks {
			if one.Kind == Numbered {
				counting++
				fmt.Fprintf(&b, `<w:num w:numId="%d"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>`, counting+1)
			}
		}
	}
	b.WriteString(`</w:numbering>`)
	return b.String()
}

func sectionBlocks(d *Document) [][]Block {
	var out [][]Block
	for _, s := range d.Sections {
		out = append(out, s.Blocks)
	}
	return out
}

// header names the company and the document; on a branch the watermark hangs on it, as
// Word keeps watermarks.
func (d *Document) header() string {
	mark := ""
	if d.Watermark != "" {
		mark = `<w:r><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas><v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800"/><v:textpath on="t" fitshape="t"/></v:shapetype>` +
			`<v:shape id="Watermark" o:spid="_x0000_s2049" type="#_x0000_t136" style="position:absolute;margin-left:0;margin-top:0;width:430pt;height:64pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin" o:allowincell="f" fillcolor="#c9c9c9" stroked="f"><v:fill opacity=".5"/><v:textpath style="font-family:&quot;Microsoft YaHei&quot;;font-size:1pt" string="` + escaped(d.Watermark) + `"/></v:shape></w:pict></w:r>`
	}
	return xml.Header + `<w:hdr ` + wordSpace + ` xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>` +
		`<w:r><w:t xml:space="preserve">` + escaped(d.Company) + `</w:t></w:r><w:r><w:tab/></w:r><w:r><w:t xml:space="preserve">` + escaped(d.Title) + `</w:t></w:r>` + mark + `</w:p></w:hdr>`
}

func (d *Document) footer() string {
	w := d.words()
	field := func(name string) string {
		return `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> ` + name + ` </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`
	}
	text := func(s string) string { return `<w:r><w:t xml:space="preserve">` + escaped(s) + `</w:t></w:r>` }
	return xml.Header + `<w:ftr ` + wordSpace + `><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>` + text(w.page+" ") + field("PAGE") + text(" "+w.of+" ") + field("NUMPAGES") + text(" "+w.from) + `</w:p></w:ftr>`
}
