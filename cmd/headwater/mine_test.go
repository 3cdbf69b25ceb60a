package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runMining gives what the command writes to both streams, and its exit code.
func runMining(t *testing.T, in string, args ...string) (out, complaints string, code int) {
	t.Helper()
	root := newRoot()
	var stdout, stderr bytes.Buffer
	root.SetArgs(append([]string{"mine"}, args...))
	root.SetIn(strings.NewReader(in))
	root.SetOut(&stdout)
	root.SetErr(&stderr)
	err := root.ExecuteContext(t.Context())
	if known, ok := err.(*exitError); ok {
		code = known.code
		if known.err != nil {
			stderr.WriteString(known.err.Error())
		}
	} else if err != nil {
		t.Fatal(err)
	}
	return stdout.String(), stderr.String(), code
}

func TestMineAnswersEachLineAndTellsBadOnes(t *testing.T) {
	in := "\ufeff" + `{"id":"a","text":"我们的IP进了黑名单，发出去的邮件全被退信。"}` + "\n" +
		"nonsense\n\n" + `{"id":7,"text":"聊了聊天气 <没别的>"}` + "\n" + `{"id":"no text"}`
	out, complaints, code := runMining(t, in, "--pack", "enterprise-mail")
	if code != exitFailed || !strings.Contains(complaints, "line 2:") || !strings.Contains(complaints, "line 5:") || strings.Contains(complaints, "line 3:") {
		t.Errorf("exit %d: %s", code, complaints)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 2 || lines[1] != `{"id":7,"needs":[]}` {
		t.Fatalf("answers %q", lines)
	}
	var first minedNote
	if err := json.Unmarshal([]byte(lines[0]), &first); err != nil || string(first.ID) != `"a"` || len(first.Needs) == 0 {
		t.Fatalf("%s: %v", lines[0], err)
	}
	if n := first.Needs[0]; n.Code != "E01" || !strings.Contains(in, n.Evidence) || n.Confidence <= 0 || n.Confidence > 1 || n.Kind == "" {
		t.Errorf("%+v", n)
	}
}

func TestMineWithAPackOfOnesOwn(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "tea")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"pack.yaml": `pack: {id: tea, version: "1.0.0", name: {zh: 茶, en: Tea}, product: {zh: 茶, en: Tea}, summary: {zh: 茶, en: Tea}, languages: [zh, en]}`,
		"needs.yaml": `needs:
  - {id: T1, name: {zh: 口渴, en: Thirst}, pain: {zh: 渴, en: Thirst}, goal: {zh: 喝, en: A drink}, confirm: {zh: 渴吗, en: Are you thirsty}, capabilities: [drink], metrics: [cups]}
  - {id: T2, name: {zh: 冷, en: Cold}, pain: {zh: 冷, en: Cold}, goal: {zh: 暖, en: Warmth}, confirm: {zh: 冷吗, en: Are you cold}, capabilities: [drink], metrics: [cups]}
capabilities:
  - {id: drink, name: {zh: 茶, en: Tea}, does: {zh: 解渴, en: Quenches}, limits: {zh: 烫, en: Hot}, status: shipped}
metrics:
  - {id: cups, name: {zh: 杯数, en: Cups}, unit: {zh: 杯, en: cups}, better: higher, measure: {zh: 数, en: Count}}
examples:
  - {id: a, needs: [T1], kind: explicit, zh: [我们渴得嗓子冒烟, 想喝水, 大家都口渴], en: [We are thirsty, Our throats are dry]}
  - {id: b, needs: [T2], kind: explicit, zh: [办公室冷得发抖, 手冻僵了, 没有暖气], en: [We are freezing, No heating here]}
  - {id: c, kind: none, reason: small_talk, zh: [聊了聊足球, 下周再来], en: [We spoke about football, See you next week]}
`} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, at := range []string{folder, filepath.Dir(folder)} {
		out, complaints, code := runMining(t, `{"id":1,"text":"大家都口渴，嗓子冒烟"}`, "--pack", "tea", "--pack-dir", at, "--min-confidence", "0.05")
		if code != exitDone || !strings.Contains(out, `"code":"T1"`) {
			t.Errorf("%s: exit %d, %s%s", at, code, out, complaints)
		}
	}
}

func TestMineWithoutAPack(t *testing.T) {
	for _, args := range [][]string{nil, {"--pack", "none-such"}} {
		if _, _, code := runMining(t, "", args...); code != exitUsage {
			t.Errorf("%v: exit %d", args, code)
		}
	}
}
