package main

import (
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse/shared/test/deploy"
	"gatehouse/shared/test/readme"
)

var update = flag.Bool("update", false, "take what comes out for what is wanted")

const input = "testdata/bench.txt" // as `make bench` wrote it once

// TestGolden: the same input gives the same section and plots, to the byte, and leaves the rest of the README alone.
func TestGolden(t *testing.T) {
	t.Parallel()
	in, err := os.ReadFile(input)
	check(t, err)
	folder := t.TempDir()
	file := filepath.Join(folder, "README.md")
	check(t, os.WriteFile(file, []byte("before\n<!-- figures: from make bench -->\n<!-- end of figures -->\nafter\n"), 0o600))
	var echo strings.Builder
	check(t, run(strings.NewReader(string(in)), &echo, file, folder))
	if echo.String() != string(in) {
		t.Error("what was read was not passed on as it was")
	}
	section, err := readme.Section(file, "figures")
	check(t, err)
	text, err := os.ReadFile(file)
	check(t, err)
	if !strings.HasPrefix(string(text), "before\n") || !strings.HasSuffix(string(text), "after\n") {
		t.Error("the rest of the file was changed")
	}
	golden(t, "section.md", section+"\n")
	for name := range plots {
		image, err := os.ReadFile(filepath.Join(folder, name))
		check(t, err)
		golden(t, name, string(image))
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		check(t, os.WriteFile(file, []byte(got), 0o600))
	}
	want, err := os.ReadFile(file)
	check(t, err)
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", name, diff)
	}
}

// TestAMissingFigureChangesNothing: whichever it is, but for those of the import.
func TestAMissingFigureChangesNothing(t *testing.T) {
	t.Parallel()
	in, err := os.ReadFile(input)
	check(t, err)
	for _, benchmark := range []string{
		"Path/crafter/refused/sqlite", "Login/serve/cost=12", "FirstLogin/cost=10", "Throughput/concurrency=16", "ColdStart/socialid",
		"Refusal/functions/locked", "Users/serve", "Requests/users=100000/unleash", "Items",
	} {
		t.Run(benchmark, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			file := filepath.Join(folder, "README.md")
			const old = "<!-- figures: from make bench -->\nold\n<!-- end of figures -->\n"
			check(t, os.WriteFile(file, []byte(old), 0o600))
			lacking := regexp.MustCompile(`(?m)^Benchmark`+benchmark+`-2 .*\n`).ReplaceAllString(string(in), "")
			if err := run(strings.NewReader(lacking), io.Discard, file, folder); !errors.Is(err, errMissing) {
				t.Errorf("error %v, want errMissing", err)
			}
			if text, err := os.ReadFile(file); err != nil || string(text) != old {
				t.Errorf("the file became %q (%v)", text, err)
			}
		})
	}
}

// TestWithoutImports: their figures come from another package, and may be absent.
func TestWithoutImports(t *testing.T) {
	t.Parallel()
	in, err := os.ReadFile(input)
	check(t, err)
	before, _, _ := strings.Cut(string(in), "BenchmarkImport")
	f, err := read(strings.NewReader(before))
	check(t, err)
	section, err := f.section()
	if err != nil || strings.Contains(section, "Import") {
		t.Errorf("the section is %v\n%s", err, section)
	}
}

// TestMoreUsersMoreRequests: the section says that there are no more, so it is not written if there are.
func TestMoreUsersMoreRequests(t *testing.T) {
	t.Parallel()
	in, err := os.ReadFile(input)
	check(t, err)
	line := regexp.MustCompile(`(BenchmarkRequests/users=100000/unleash.*) 5\.000 accepted-requests`)
	f, err := read(strings.NewReader(line.ReplaceAllString(string(in), "$1 6.000 accepted-requests")))
	check(t, err)
	if _, err := f.section(); err == nil {
		t.Error("the section says that the number of users does not matter")
	}
}

// TestTheFloodIsWhatTheTemplateAllows: the most that an attacker can make somebody pay is told for the default.
func TestTheFloodIsWhatTheTemplateAllows(t *testing.T) {
	t.Parallel()
	loaded, err := deploy.Load("../../../../template.yaml")
	check(t, err)
	if rate := loaded.Root().At("Parameters", "ThrottleRate", "Default").Text(); rate != strconv.Itoa(throttleRate) {
		t.Errorf("the section is about %d requests a second, but the template lets %s through", throttleRate, rate)
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
