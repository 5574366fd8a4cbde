package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestStatusAndLine(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		err    error
		status int
	}{
		{"none", nil, 0},
		{"failure", errors.New("broken"), 1},
		{"usage", usageError{errors.New("no such flag")}, 2},
		{"Ctrl-C at a prompt", fmt.Errorf("asking: %w", interrupted{errors.New("interrupt")}), 130},
		{"usage, wrapped", fmt.Errorf("adding: %w", usageError{errors.New("no such flag")}), 2},
	}
	for _, test := range tests {
		if got := status(test.err); got != test.status {
			t.Errorf("%s: status %d, want %d", test.name, got, test.status)
		}
	}
	joined := errors.Join(errors.New("first"), errors.New("second\n\n\tthird"))
	if got, want := oneLine(joined), "first; second; third"; got != want {
		t.Errorf("one line of joined errors is %q, want %q", got, want)
	}
}

func TestCommandLine(t *testing.T) {
	t.Parallel()
	tests := []struct {
		args   string
		status int
		want   string // in the output, or in the error
	}{
		{"", 0, "Usage:"},
		{"--help", 0, "gatehouse serve --demo"},
		{"--help", 0, "completion "},
		{"--version", 0, "gatehouse version "},
		{"__complete users import --from ", 0, "jsonl\ndjango\ncsv\n"},
		{"__complete users import --on-conflict ", 0, "fail\nskip\nreplace\n"},
		{"__complete users import --preset ", 0, strings.Join(presets(), "\n") + "\n"},
		{"__complete users list --store ", 0, "sqlite:\ndynamodb\n"},
		{"serve --help", 0, "ATTEMPT_LIMIT                 10"},
		{"users", 0, "Usage:"},
		{"apps", 0, "Usage:"},
		{"user", 2, `unknown command "user" for "gatehouse"`},
		{"users frobnicate", 2, `unknown command "frobnicate" for "gatehouse users"`},
		{"--unknown", 2, "unknown flag: --unknown"},
		{"serve --addr", 2, "flag needs an argument: --addr"},
	}
	for _, test := range tests {
		t.Run(test.args, func(t *testing.T) {
			t.Parallel()
			var stdout strings.Builder
			err := run(t.Context(), &app{stdout: &stdout, stderr: io.Discard}, fields(test.args))
			if status(err) != test.status {
				t.Fatalf("status %d (%v), want %d", status(err), err, test.status)
			}
			got := stdout.String()
			if err != nil {
				got = oneLine(err)
			}
			if !strings.Contains(got, test.want) {
				t.Errorf("it says %q, want it to hold %q", got, test.want)
			}
		})
	}
}

// fields splits a command line at its spaces. One at the end begins an empty argument, which a shell wants completed.
func fields(line string) []string {
	args := strings.Fields(line)
	if strings.HasSuffix(line, " ") {
		args = append(args, "")
	}
	return args
}
