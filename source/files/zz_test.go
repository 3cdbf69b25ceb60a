package files_test
import ("testing";"fmt";"strings";"time";"os";"path/filepath")
func TestZZ(t *testing.T){
 p:=newPlace(t)
 var b strings.Builder
 b.WriteString("id,name,city,amount,day,mail,score,remark\n")
 for i:=range 2_000_000 { fmt.Fprintf(&b,"%d,Company %d,Shanghai,%d.50,2026-01-%02d,c%d@example.com,%d,calls back in spring\n",i,i,i*7%100000,i%28+1,i,i%100)}
 os.WriteFile(filepath.Join(p.dir,"a.csv"),[]byte(b.String()),0o644)
 s:=time.Now(); d,err:=p.Table(t.Context(),"a.csv"); fmt.Println(len(b.String())>>20,"MB",time.Since(s),err,d.Rows,d.Key)
 s=time.Now(); x,_:=p.scan("a.csv"); fmt.Println("scan",time.Since(s)); i,_:=os.Stat(x.Files.Paths[0]); fmt.Println(i.Size()>>20,"MB parquet")
 b.Reset()
 for i:=range 500_000 { fmt.Fprintf(&b,`{"id":%d,"name":"Company %d","amount":%d.5,"nested":{"a":[1,2]},"day":"2026-01-%02d"}`+"\n",i,i,i,i%28+1)}
 os.WriteFile(filepath.Join(p.dir,"a.jsonl"),[]byte(b.String()),0o644)
 s=time.Now(); d,err=p.Table(t.Context(),"a.jsonl"); fmt.Println(len(b.String())>>20,"MB json",time.Since(s),err,d.Rows)
}
