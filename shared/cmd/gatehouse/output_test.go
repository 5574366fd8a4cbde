package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"gatehouse/functions"
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

// TestEveryCommandIsExplained: a newcomer finds what a command does, and a line to copy, in its own help. No help names a
// product by itself, because products can be removed.
func TestEveryCommandIsExplained(t *testing.T) {
	t.Parallel()
	var walk func(command *cobra.Command)
	walk = func(command *cobra.Command) {
		if command.Short == "" || command.Long == "" || !strings.Contains(command.Example, command.CommandPath()) {
			t.Errorf("%s: has no description, or no example of its own", command.CommandPath())
		}
		for _, p := range functions.Products() {
			if strings.Contains(command.Short+command.Long, p.Title) {
				t.Errorf("%s: its help names %s", command.CommandPath(), p.Title)
			}
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
	for _, command := range newRoot(&app{}).Commands() {
		walk(command)
	}
}
