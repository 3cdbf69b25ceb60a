package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// people are three accounts with keys of their own.
var people = []string{
	`{"id":"hu","name":"沪上精工有限公司","industry":"manufacturing","employees":320,"city":"上海"}`,
	`{"id":"yue","name":"粤海物流","industry":"logistics","employees":90,"city":"深圳"}`,
	`{"id":"jing","name":"京北医疗","industry":"healthcare","employees":45,"city":"北京"}`,
}

// A branch is made, both sides work, the conflict stops the merge, a choice ends it.
func TestBranchStory(t *testing.T) {
	t.Parallel()
	h := on(t, t.TempDir())
	h.feed(people...).run(0, "put", "accounts", "-").has(3, "inserted")
	h.run(0, "branch", "create", "what-if", "--note", "北区交给二组").has("open", "state").has("main", "parent")

	h.feed(`{"id":"hu","employees":400}`, `{"id":"yue","city":"广州"}`, `{"id":"new","name":"分支新客户"}`).run(0, "put", "accounts", "-", "--branch", "what-if").
		has(1, "inserted").has(2, "updated")
	h.run(0, "delete", "accounts", "jing", "--branch", "what-if").has(1, "deleted")
	if got := h.ask("SELECT string_agg(name || employees, ' ' ORDER BY id) FROM accounts"); got != "沪上精工有限公司320 京北医疗45 粤海物流90" {
		t.Errorf("main changed before the merge: %s", got)
	}
	if got := h.ask("SELECT count(*) || ':' || sum(employees) FROM accounts", "--branch", "what-if"); got != "3:490" {
		t.Errorf("the branch reads %s", got)
	}

	diff := h.run(0, "branch", "diff", "what-if", "--format", "json")
	diff.has(1, "entities", 0, "added").has(2, "entities", 0, "changed").has(1, "entities", 0, "deleted").has(0, "conflicts")
	table := h.run(0, "branch", "diff", "what-if")
	for _, w := range []string{"1 added, 2 changed, 1 deleted", "- jing", "+ new", "400", "广州"} {
		if !strings.Contains(table.out, w) {
			t.Errorf("the table of differences has no %q:\n%s", w, table.out)
		}
	}

	h.feed(`{"id":"hu","employees":350}`).run(0, "put", "accounts", "-")
	stopped := h.run(3, "branch", "merge", "what-if")
	stopped.has("hu", "conflicts", 0, "id").has("employees", "conflicts", 0, "cells", 0, "field").
		has(320, "conflicts", 0, "cells", 0, "base").has(350, "conflicts", 0, "cells", 0, "ours").has(400, "conflicts", 0, "cells", 0, "theirs")
	h.run(0, "get", "accounts", "hu").has(350, "cells", "employees")
	h.run(0, "get", "accounts", "jing").has("京北医疗", "cells", "name")

	choices := file(t, "choices.json", `[{"entity":"accounts","id":"hu","field":"employees","take":"theirs"}]`)
	merged := h.run(0, "branch", "merge", "what-if", "--choices", choices).at("revision")
	h.run(0, "get", "accounts", "hu").has(400, "cells", "employees")
	h.run(0, "get", "accounts", "name=粤海物流").has("广州", "cells", "city")
	h.run(1, "get", "accounts", "jing").silent()
	h.run(0, "branch", "list").has(nil, "items", 0, "parent")
	if list := h.run(0, "branch", "list"); strings.Contains(list.out, "what-if") {
		t.Error("a merged branch is still open")
	}
	if merged == nil {
		t.Error("the merge names no revision")
	}

	h.run(0, "undo", fmt.Sprint(merged))
	h.run(0, "get", "accounts", "hu").has(350, "cells", "employees")
	h.run(0, "get", "accounts", "jing").has(45, "cells", "employees")
	h.run(1, "get", "accounts", "new").silent()
	h.run(0, "check").has(true, "ok")
}

// Policies decide all conflicts at once; refresh is the merge the other way.
func TestPoliciesAndRefresh(t *testing.T) {
	t.Parallel()
	h := on(t, t.TempDir())
	h.feed(people...).run(0, "put", "accounts", "-")
	for name, want := range map[string]string{"ours": "主线", "theirs": "分支"} {
		h.feed(`{"id":"yue","city":"深圳"}`).run(0, "put", "accounts", "-")
		h.run(0, "branch", "create", name)
		h.feed(`{"id":"yue","city":"分支"}`).run(0, "put", "accounts", "-", "--branch", name)
		h.feed(`{"id":"yue","city":"主线"}`).run(0, "put", "accounts", "-")
		h.run(3, "branch", "refresh", name).has("city", "conflicts", 0, "cells", 0, "field")
		h.feed(`{"id":"hu","city":"苏州"}`).run(0, "put", "accounts", "-", "--branch", name)
		h.run(0, "branch", "merge", name, "--policy", name, "--keep")
		h.run(0, "get", "accounts", "yue").has(want, "cells", "city")
		h.run(0, "branch", "refresh", name)
		h.run(0, "get", "accounts", "yue", "--branch", name).has(want, "cells", "city")
		h.run(0, "branch", "diff", name, "--format", "json").has(0, "conflicts")
		h.run(0, "branch", "delete", name).silent()
		h.feed(`{"id":"hu","city":"上海"}`).run(3, "put", "accounts", "-", "--branch", name).silent().says(name, "closed")
		h.feed(`{"id":"hu","city":"上海"}`).run(0, "put", "accounts", "-")
	}
}

// Every change of a record is in its history, and every revision can be asked.
func TestRecordsAndHistory(t *testing.T) {
	t.Parallel()
	h := on(t, t.TempDir())
	first := h.feed(people...).run(0, "put", "accounts", "-").at("revision")
	h.feed(`{"id":"hu","city":"苏州"}`, `{"id":"yue","employees":90}`).run(0, "put", "accounts", "-").has(1, "updated").has(1, "unchanged")
	h.run(0, "history", "accounts", "name=沪上精工有限公司").has("changed", "items", 0, "op").has("city", "items", 0, "cells", 0, "field").
		has("上海", "items", 0, "cells", 0, "from").has("苏州", "items", 0, "cells", 0, "to").has("added", "items", 1, "op")
	if was := h.ask("SELECT city FROM accounts WHERE id='hu'", "--at", fmt.Sprint(first)); was != "上海" {
		t.Errorf("at revision %v the city was %s", first, was)
	}

	got := h.run(0, "get", "accounts", "yue").out
	h.run(0, "delete", "accounts", "yue")
	h.feed(strings.ReplaceAll(got, "\n", " ")).run(0, "put", "accounts", "-").has(1, "inserted")
	h.run(0, "get", "accounts", "yue").has("深圳", "cells", "city")

	h.feed(`{"id":"d1","name":"年度合同","account":"hu","amount":{"amount":"1200.50","currency":"CNY"},"stage":"prospecting"}`).run(0, "put", "deals", "-")
	h.run(3, "delete", "accounts", "hu").silent().says("deals", "account")
	h.run(0, "delete", "accounts", "hu", "--references", "clear")
	h.run(0, "get", "deals", "d1").has(nil, "cells", "account").has("1200.5", "cells", "amount", "amount")
}

// Formats of answers: JSON keeps the order of columns, CSV is plain, a table is for eyes.
func TestQuery(t *testing.T) {
	t.Parallel()
	h := on(t, t.TempDir())
	h.feed(people...).run(0, "put", "accounts", "-")
	sql := "SELECT name, employees AS heads, phone FROM accounts ORDER BY employees DESC"
	rows := h.run(0, "query", sql, "--format", "csv").rows()
	if len(rows) != 4 || strings.Join(rows[0], "|") != "name|heads|phone" || strings.Join(rows[1], "|") != "沪上精工有限公司|320|" {
		t.Errorf("CSV: %q", rows)
	}
	h.run(0, "query", sql, "--format", "json").has("沪上精工有限公司", 0, "name").has(320, 0, "heads").has(nil, 0, "phone")
	if table := h.run(0, "query", sql); !strings.Contains(table.out, "京北医疗") || strings.Contains(table.out, "row(s)") {
		t.Errorf("table: %s", table.out)
	}
	if limited := h.run(0, "query", sql, "--limit", "2", "--format", "json").says("--limit"); len(limited.json().([]any)) != 2 {
		t.Error("--limit 2 gave", limited.out)
	}
	for _, wrong := range []string{"DELETE FROM accounts", "SELECT * FROM read_csv('/etc/hostname')", "COPY accounts TO '/tmp/x.csv'", "ATTACH '/tmp/x.db'",
		"SELECT 1; DROP TABLE accounts", "SELECT * FROM '/etc/hostname'", "SELECT * FROM hw_people", "PRAGMA database_list", "selec 1"} {
		h.run(1, "query", wrong).silent()
	}
	h.run(0, "get", "accounts", "hu")
}

// Exit codes: 1 failed, 2 used wrongly; messages on standard error only.
func TestExitCodes(t *testing.T) {
	t.Parallel()
	h := on(t, t.TempDir())
	h.feed(people...).run(0, "put", "accounts", "-")
	for _, args := range []string{"get accounts nobody", "get nothing x", "get accounts name=Nobody", "branch merge none", "branch diff none", "undo 9999",
		"undo 01a1ff88-2375-7ecc-bcc5-ddedf100ef53", "get accounts hu --branch none", "history accounts nobody", "import accounts /no/such.csv"} {
		h.run(1, strings.Fields(args)...).silent().says("headwater: ")
	}
	for _, args := range []string{"nonsense", "get accounts", "query", "branch merge x --policy whatever", "undo first", "query 1 --format xml", "put accounts", "get accounts x --no-such-flag",
		"entity show nothing", "entity add-field accounts f no-such-type", "restore f --server http://127.0.0.1:1"} {
		h.run(2, strings.Fields(args)...).silent().says("headwater: ", "help")
	}
	for _, line := range []string{"garbage", `["a list"]`, ""} {
		h.feed(line).run(2, "put", "accounts", "-").silent()
	}
	for _, line := range []string{`{"city":"no name"}`, `{"name":"x","industry":"no-such"}`, `{"name":"x","no_field":1}`, `{"name":"x","employees":"many"}`} {
		h.feed(`{"name":"good"}`, line).run(1, "put", "accounts", "-").silent()
	}
	if n := h.ask("SELECT count(*) FROM accounts"); n != "3" {
		t.Errorf("a refused put left %s accounts", n)
	}
	h.run(1, "query", "SELECT 1", "--server", "http://127.0.0.1:1").silent().says("can't reach")
	on(t, t.TempDir()+"/typo").run(1, "query", "SELECT count(*) FROM accounts").silent().says("no workspace in")
}

// Fields and people are made on the command line too.
func TestFieldsAndPeople(t *testing.T) {
	t.Parallel()
	h := on(t, t.TempDir())
	h.run(0, "entity", "add-field", "accounts", "tier", "enum", "--zh", "等级", "--options", "gold, silver")
	h.feed(`{"id":"a","name":"甲","tier":"gold"}`).run(0, "put", "accounts", "-")
	h.run(0, "entity", "list").has("accounts", 0, "name")
	h.run(0, "get", "accounts", "tier=gold").has("a", "id")
	if got := h.ask("SELECT tier FROM accounts"); got != "gold" {
		t.Errorf("the new field reads %s", got)
	}
	h.run(0, "branch", "create", "b")
	h.run(0, "entity", "add-field", "accounts", "only_here", "text", "--branch", "b")
	if strings.Contains(h.run(0, "entity", "show", "accounts").out, "only_here") {
		t.Error("a field of a branch shows on main")
	}
	h.run(0, "user", "add", "li@example.com", "--name", "李雷", "--role", "seller", "--team", "一组").has("李雷", "user", "name")
	if !strings.Contains(h.run(0, "user", "list").out, "li@example.com") {
		t.Error("the new person isn't listed")
	}
}
