package main

import (
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/shared/test/endpointtest"
)

// TestRecordedExchangesOverHTTP replays what was recorded with the real servers: users imported by the command into a fresh
// directory, requests over HTTP against serve.
func TestRecordedExchangesOverHTTP(t *testing.T) {
	t.Parallel()
	for product, count := range map[string]int{"unleash": 75, "aisquare": 84} {
		t.Run(product, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join("..", "..", "..", "functions", product, "testdata")
			c := newConsole(t)
			c.must("users", "import", filepath.Join(folder, "users.jsonl"))
			path := strings.TrimPrefix(c.environment[storeVariable], "sqlite:")
			s := serveOn(t, path, []string{
				"ATTEMPT_LIMIT=0", "FAILURE_CAP=0", "SOURCE_LIMIT=0",
				"CORS_ORIGINS=https://app.example.com", // one request was recorded from a page there
			})
			cases, err := endpointtest.LoadCases(filepath.Join(folder, "cases.jsonl"))
			if err != nil || len(cases) != count {
				t.Fatalf("%d recorded exchanges, %v, want %d", len(cases), err, count)
			}
			for _, recorded := range cases {
				if err := recorded.Check(s.replay(recorded)); err != nil {
					t.Errorf("%s: %v", recorded.Name, err)
				}
			}
		})
	}
}

// replay sends a recorded request, with no header that was not recorded but those that HTTP demands.
func (s *server) replay(recorded endpointtest.Case) endpointtest.Answer {
	s.t.Helper()
	request, err := http.NewRequestWithContext(
		s.t.Context(), recorded.Request.Method, s.base+recorded.Request.Path, strings.NewReader(recorded.Request.Body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header = recorded.Header()
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return endpointtest.Answer{Status: response.StatusCode, Header: response.Header, Body: string(body)}
}
