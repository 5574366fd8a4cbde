package main

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"gatehouse/shared/test/endpointtest"
)

// TestRecordedExchangesOverHTTP replays what was recorded with the real servers: the command imports the users into an empty
// directory, and serve answers the requests.
func TestRecordedExchangesOverHTTP(t *testing.T) {
	t.Parallel()
	recorded, err := filepath.Glob("../../../functions/*/testdata/cases.jsonl")
	if err != nil || len(recorded) == 0 {
		t.Fatalf("%d products have recorded exchanges, %v", len(recorded), err)
	}
	for _, cases := range recorded {
		folder, err := filepath.Abs(filepath.Dir(cases))
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(filepath.Dir(folder)), func(t *testing.T) {
			runScripts(t, func(env *testscript.Env) { env.Setenv("RECORDED", folder) }, "testdata/recorded.txtar")
		})
	}
}

// replay is the command replay of scripts.
func replay(ts *testscript.TestScript, _ bool, args []string) {
	cases, err := endpointtest.Load[endpointtest.Case](args[0])
	ts.Check(err)
	for _, recorded := range cases {
		answer, err := recorded.Send(context.Background(), ts.Getenv("URL"))
		ts.Check(err)
		if err := recorded.Response.Check(answer, nil, false); err != nil {
			ts.Fatalf("%s: %v", recorded.Name, err)
		}
	}
}
