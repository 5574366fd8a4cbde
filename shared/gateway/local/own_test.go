package local

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/iotest"
)

// TestSecurity20OwnAnswers: what the gateway answers by itself has the constant headers too.
func TestSecurity20OwnAnswers(t *testing.T) {
	t.Parallel()
	g := newGateway(t, io.Discard, func(context.Context, event) (response, error) { return response{}, nil }, Options{})
	post := func(path string, body io.Reader) *http.Request {
		return httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, body)
	}
	for status, r := range map[int]*http.Request{
		http.StatusForbidden:             post("/elsewhere", nil),
		http.StatusRequestEntityTooLarge: post("/auth/login", io.LimitReader(zeros{}, maxBody+1)),
		http.StatusBadRequest:            post("/auth/login", iotest.ErrReader(io.ErrUnexpectedEOF)),
		http.StatusBadGateway:            post("/auth/login", nil),
	} {
		recorder := httptest.NewRecorder()
		g.ServeHTTP(recorder, r)
		if recorder.Code != status {
			t.Errorf("%d, want %d", recorder.Code, status)
		}
		for name, want := range map[string]string{
			"Cache-Control":             "no-store",
			"Content-Security-Policy":   "default-src 'none'; frame-ancestors 'none'",
			"X-Content-Type-Options":    "nosniff",
			"Strict-Transport-Security": "", // serve speaks http
		} {
			if got := recorder.Header().Get(name); got != want {
				t.Errorf("%d: %s is %q, want %q", status, name, got, want)
			}
		}
	}
}
