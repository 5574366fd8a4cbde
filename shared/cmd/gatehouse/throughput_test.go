package main

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"gatehouse/shared/config"
	"gatehouse/shared/demo"
	"gatehouse/shared/gateway/local"
	"gatehouse/shared/password"
	"gatehouse/shared/store/sqlite"
	"gatehouse/shared/template"
)

// BenchmarkThroughput compares logins over HTTP at concurrency 8 with what raw bcrypt reaches on all cores. Both run for
// the same time in turns, so that whatever else the machine does falls on both; the ratio is the figure, not the rates.
func BenchmarkThroughput(b *testing.B) {
	const (
		cost        = 10
		concurrency = 8
		rounds      = 8
		slice       = 2 * time.Second
	)
	base := benchmarked(b, cost)
	hash, err := bcrypt.GenerateFromPassword([]byte(demo.Hunter.Password), cost)
	if err != nil {
		b.Fatal(err)
	}
	raw := func() error { return bcrypt.CompareHashAndPassword(hash, []byte(demo.Hunter.Password)) }
	request := func() error { return logIn(base) }
	for b.Loop() {
		var logins, hashes float64
		for range rounds {
			logins += rate(b, concurrency, slice, request)
			hashes += rate(b, concurrency, slice, raw)
		}
		b.ReportMetric(logins/rounds, "logins/s")
		b.ReportMetric(hashes/rounds, "bcrypt/s")
		b.ReportMetric(logins/hashes, "ratio")
	}
}

// benchmarked serves the demo users on an embedded store, without limits.
func benchmarked(b *testing.B, cost int) string {
	b.Helper()
	check := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	settings, err := config.Load(map[string]string{"SOURCE_LIMIT": "0", "BCRYPT_COST": strconv.Itoa(cost)})
	check(err)
	store, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "gatehouse.db"))
	check(err)
	b.Cleanup(func() { check(store.Close()) })
	hasher, err := password.New(cost)
	check(err)
	check(demo.Fill(b.Context(), store, hasher))
	log := slog.New(slog.DiscardHandler)
	routes, err := template.Load("../../../template.yaml")
	check(err)
	handlers, err := handlersOf(routes, settings, settings.Service(store, hasher, log))
	check(err)
	gateway, err := local.New(handlers, log)
	check(err)
	server := httptest.NewServer(gateway)
	b.Cleanup(server.Close)
	return server.URL
}

func logIn(base string) error {
	body := fmt.Sprintf(`{"username":%q,"password":%q}`, demo.Hunter.Username, demo.Hunter.Password)
	response, err := http.Post(base+"/auth/simple/login", "application/json", strings.NewReader(body))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("a login was answered %s", response.Status)
	}
	return err
}

// rate calls from several goroutines for a time and gives the calls that ended in a second.
func rate(b *testing.B, concurrency int, during time.Duration, call func() error) float64 {
	b.Helper()
	var calls atomic.Int64
	var wait sync.WaitGroup
	begin := time.Now()
	for range concurrency {
		wait.Go(func() {
			for time.Since(begin) < during {
				if err := call(); err != nil {
					b.Error(err)
					return
				}
				calls.Add(1)
			}
		})
	}
	wait.Wait()
	return float64(calls.Load()) / time.Since(begin).Seconds()
}
