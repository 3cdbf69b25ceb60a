package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

const rest = 8 * time.Second // before memory is read

func runStart(ctx context.Context, b *bench) (result, error) {
	res := result{numbers: map[string]float64{}}
	if err := errors.Join(b.closeBig(), b.stopServer()); err != nil {
		return res, err
	}
	dir := b.path("demo")
	if err := os.RemoveAll(dir); err != nil {
		return res, err
	}
	defer os.RemoveAll(dir)
	var page, list [2]float64
	var resident float64
	for i := range page {
		s, err := startServer(ctx, b.binary, dir, logins{}, "--demo")
		if err != nil {
			return res, err
		}
		page[i], list[i], err = s.firstPages(ctx)
		if err == nil && i == 1 {
			time.Sleep(rest)
			resident, err = s.resident()
		}
		if err = errors.Join(err, s.stop()); err != nil {
			return res, err
		}
	}
	res.numbers = map[string]float64{"first start": page[0], "first start, signed in and listed": list[0],
		"second start": page[1], "second start, signed in and listed": list[1], "resident MB": resident}
	res.measured = fmt.Sprintf("%s (makes the demo), then %s; %.0f MB", ms(page[0]), ms(page[1]), resident)
	res.ok = page[0] <= 2000 && page[1] <= 2000 && resident < 300
	return res, nil
}

// firstPages gives the milliseconds since the start until the page is there, and until
// somebody has signed in and sees the first accounts.
func (s *server) firstPages(ctx context.Context) (page, list float64, err error) {
	res, err := s.http.Get(s.base + "/")
	if err != nil {
		return 0, 0, err
	}
	text, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(text), "<html") {
		return 0, 0, fmt.Errorf("the page answers %s (%v)", res.Status, err)
	}
	page = float64(time.Since(s.began)) / 1e6
	if err := s.signIn(ctx); err != nil {
		return page, 0, err
	}
	for _, entity := range []string{"accounts", "contacts", "deals", "activities"} {
		var got listPage
		if err := s.call(ctx, "", "GET", "/api/records/"+entity+"?total=true&page_size=50", nil, &got); err != nil {
			return page, 0, err
		}
		if len(got.Items) == 0 {
			return page, 0, errors.New("the demo shows no " + entity)
		}
		if list == 0 {
			list = float64(time.Since(s.began)) / 1e6
		}
	}
	return page, list, nil
}
