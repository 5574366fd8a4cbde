package main

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func TestPrintable(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"plain", "jane.doe", "jane.doe"},
		{"nothing", "", ""},
		{"spaces within", "Jane Doe", "Jane Doe"},
		{"letters of the world", "zoë 李", "zoë 李"},
		{"spaces around", " jane ", `" jane "`},
		{"a space of another kind", "a\u00a0b", `"a\u00a0b"`},
		{"a tab", "a\tb", `"a\tb"`},
		{"a line break", "a\nb", `"a\nb"`},
		{"an escape sequence", "\x1b[2J", `"\x1b[2J"`},
		{"a change of direction", "a\u202eb", `"a\u202eb"`},
		{"looks quoted", `"a"`, `"\"a\""`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := printable(test.text); got != test.want {
				t.Errorf("printable(%q) is %s, want %s", test.text, got, test.want)
			}
		})
	}
}

// broken is an output that takes nothing.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

// TestBrokenOutput: a result that could not be written is a failure, or a script would take half a list for the whole.
func TestBrokenOutput(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.must("users", "add", "--username", "jane", "--no-password")
	c.must("apps", "add", "--id", "138")
	for _, line := range []string{
		"users list", "users list --json", "users show jane", "users show jane --json", "users deactivate jane", "users import -",
		"apps list", "apps list --json", "apps show 138", "apps rotate-secret 138",
	} {
		a := &app{stdin: strings.NewReader(""), stdout: broken{}, stderr: io.Discard, environment: c.environment}
		err := run(t.Context(), a, strings.Fields(line))
		if err == nil || err.Error() != "writing the result: broken pipe" || status(err) != 1 {
			t.Errorf("%q: got %v, want a failure to write", line, err)
		}
	}
}

// TestEveryCommandIsExplained: a newcomer finds what a command does, and a line to copy, in its own help.
func TestEveryCommandIsExplained(t *testing.T) {
	t.Parallel()
	var walk func(command *cobra.Command)
	walk = func(command *cobra.Command) {
		if command.Short == "" || command.Long == "" || !strings.Contains(command.Example, "gatehouse "+command.CommandPath()) {
			t.Errorf("%s: has no description, or no example of its own", command.CommandPath())
		}
		for line := range strings.Lines(command.Long) {
			if len(line) > 110 {
				t.Errorf("%s: a line of its help is %d characters wide", command.CommandPath(), len(line))
			}
		}
		for _, each := range command.Commands() {
			walk(each)
		}
	}
	walk(newUsers(&app{}))
	walk(newApps(&app{}))
}
