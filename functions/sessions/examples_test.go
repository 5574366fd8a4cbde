package sessions_test

import (
	"flag"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"log/slog"

	"gatehouse/functions"
	"gatehouse/shared/gateway/local"
	"gatehouse/shared/product"
	"gatehouse/shared/session"
	"gatehouse/shared/test/tools"
)

var update = flag.Bool("update", false, "write the examples into the manual")

// serve answers all endpoints over HTTP, on the store of the house, with the products' example users. It returns the URL.
func (h *house) serve() *httptest.Server {
	h.t.Helper()
	check(h.t, product.Fill(h.t.Context(), h.Store, h.Hasher, functions.Products()))
	var routes []local.Route
	for _, endpoint := range functions.Endpoints() {
		handler, err := endpoint.New(h.Config, h.Service)
		check(h.t, err)
		routes = append(routes, local.Route{Method: "ANY", Path: endpoint.Path, Handler: handler})
	}
	server := httptest.NewServer(local.New(routes, slog.New(slog.DiscardHandler), local.Options{}))
	h.t.Cleanup(server.Close)
	return server
}

// TestIntrospectingClients runs the clients of the manual: for a session, for none, and with a wrong secret.
func TestIntrospectingClients(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	url := h.serve().URL
	w := ways()[0]
	good := h.begin(h.jane, w.kind, w.product, func(*session.Session) {})
	for program, arguments := range map[string][]string{
		"go":      {"run", "./examples/introspect/go"},
		"python3": {"examples/introspect/python/introspect.py"},
		"node":    {"examples/introspect/javascript/introspect.mjs"},
	} {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			tools.Program(t, program)
			ask := func(token, secret string) (string, error) {
				command := exec.CommandContext(t.Context(), program, append(arguments, token)...)
				command.Env = append(os.Environ(), "GATEHOUSE_URL="+url, "GATEHOUSE_APP_ID="+strconv.Itoa(applicationID), "GATEHOUSE_APP_SECRET="+secret)
				output, err := command.Output()
				return strings.TrimSpace(string(output)), err
			}
			if got, err := ask(good, secret); got != "jane" || err != nil {
				t.Errorf("of a session it prints %q, %v", got, err)
			}
			if got, err := ask("x", secret); got != "nobody" || err != nil {
				t.Errorf("of no session it prints %q, %v", got, err)
			}
			if got, err := ask(good, "guess"); err == nil {
				t.Errorf("with a wrong secret it prints %q", got)
			}
		})
	}
}

// TestExampleAPI: cfn-lint, which applies SAM's transform, finds nothing in the example of an API.
func TestExampleAPI(t *testing.T) {
	t.Parallel()
	tools.Program(t, "cfn-lint")
	const file = "examples/api-gateway/template.yaml"
	if output, err := exec.CommandContext(t.Context(), "cfn-lint", file).CombinedOutput(); err != nil {
		t.Errorf("cfn-lint: %v\n%s", err, output)
	}
	text, err := os.ReadFile(file)
	check(t, err)
	for _, part := range []string{"Headers: [Cookie], ReauthorizeEvery: 60", "Headers: [Authorization], ReauthorizeEvery: 60", "ACCESS_DENIED"} {
		if !strings.Contains(string(text), part) {
			t.Errorf("%s does not contain %q", file, part)
		}
	}
}

// TestManualShowsTheExamples: the manual contains the files that these tests run.
func TestManualShowsTheExamples(t *testing.T) {
	t.Parallel()
	const manual = "README.md"
	text, err := os.ReadFile(manual)
	check(t, err)
	shown := 0
	want := regexp.MustCompile("(?s)<!-- file: (\\S+) -->\n+```(\\w*)\n.*?```\n").ReplaceAllStringFunc(string(text), func(block string) string {
		shown++
		file := regexp.MustCompile(`file: (\S+) `).FindStringSubmatch(block)[1]
		language := regexp.MustCompile("```(\\w*)").FindStringSubmatch(block)[1]
		example, err := os.ReadFile(filepath.FromSlash(file))
		check(t, err)
		return "<!-- file: " + file + " -->\n\n```" + language + "\n" + string(example) + "```\n"
	})
	if *update {
		check(t, os.WriteFile(manual, []byte(want), 0o644))
		return
	}
	if want != string(text) || shown == 0 {
		t.Errorf("%s shows other examples than the files; write it with go test ./functions/sessions -run TestManual -update", manual)
	}
}
