package local

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"testing/iotest"
)

// TestBodyBrokenOff: a body that breaks off gets no event, which would take more memory than the body. It counts bytes, so it
// does not run beside others.
func TestBodyBrokenOff(t *testing.T) { //nolint:paralleltest // see above
	const size = 8 << 20
	g := newGateway(t, io.Discard, echo, Options{})
	broken := func() io.Reader {
		return io.MultiReader(io.LimitReader(zeros{}, size), iotest.ErrReader(io.ErrUnexpectedEOF))
	}
	allocated := func(work func()) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		work()
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	reading := allocated(func() { _, _ = g.read(broken()) })
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/auth/login", broken())
	recorder := httptest.NewRecorder()
	serving := allocated(func() { g.ServeHTTP(recorder, r) })
	if recorder.Code != http.StatusBadRequest || serving > reading+size/2 {
		t.Errorf("%d after %d bytes, want 400 and about the %d bytes of reading", recorder.Code, serving, reading)
	}
}

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
