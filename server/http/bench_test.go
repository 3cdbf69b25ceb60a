package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
)

// BenchmarkCreate is the whole way of a new record, durable write included, for
// as many clients at once as b.SetParallelism asks.
func BenchmarkCreate(b *testing.B) {
	for _, clients := range []int{1, 8} {
		b.Run(map[int]string{1: "one client", 8: "eight clients"}[clients], func(b *testing.B) {
			o := newOffice(b)
			account := o.make("owner", "accounts", `{"name":"湖蓝"}`)
			body := `{"cells":{"name":"林岚","title":"总监","email":"lin@example.com","account":"` + account + `"}}`
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
			b.SetParallelism(max(1, clients/2))
			if clients == 1 {
				b.ResetTimer()
				for b.Loop() {
					create(b, client, o, body)
				}
				return
			}
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					create(b, client, o, body)
				}
			})
		})
	}
}

func create(b *testing.B, client *http.Client, o *office, body string) {
	req, _ := http.NewRequest("POST", o.server.URL+"/api/records/contacts", strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+o.tokens["owner"])
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusCreated {
		b.Fatalf("status %d", res.StatusCode)
	}
	var sink [4096]byte
	for {
		if _, err := res.Body.Read(sink[:]); err != nil {
			return
		}
	}
}
