package local

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestBasePath(t *testing.T) {
	t.Parallel()
	g := New([]Route{{"POST", "/auth/login", echo}}, slog.New(slog.DiscardHandler), Options{BasePath: "/studio"})
	const (
		found    = `200 application/json  POST /auth/login [] ""`
		unknown  = `403 application/json MissingAuthenticationTokenException {"message":"Missing Authentication Token"}`
		unmapped = `403 application/json ForbiddenException {"message":"Forbidden"}`
	)
	for target, want := range map[string]string{
		"/studio/auth/login":         found,
		"/studio/auth/login/":        found,
		"/studio":                    unknown,
		"/studio/":                   unknown,
		"/auth/login":                unmapped,
		"/studios/auth/login":        unmapped,
		"/":                          unmapped,
		"/%73tudio/auth/login":       unmapped,
		"/studio/auth/login?a=/auth": found,
	} {
		recorder := httptest.NewRecorder()
		g.ServeHTTP(recorder, request(t, http.MethodPost, target, "", nil))
		if got := summary(recorder); got != want {
			t.Errorf("%s\n got %s\nwant %s", target, got, want)
		}
	}
}
