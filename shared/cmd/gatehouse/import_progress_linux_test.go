package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"gatehouse/shared/bulk"
)

// watched runs an import with stderr on a terminal, and gives what is on its screen in the end and all that came to it.
func (c *console) watched(stdin io.Reader, args ...string) (p printed, screen []string, all string) {
	c.t.Helper()
	keyboard, terminal := c.terminal()
	shown := make(chan string)
	go func() {
		var text bytes.Buffer
		_, _ = io.Copy(&text, keyboard) // until the terminal is closed
		shown <- text.String()
	}()
	var stdout bytes.Buffer
	a := &app{stdin: stdin, stdout: &stdout, stderr: terminal, environment: c.environment}
	err := run(c.t.Context(), a, args)
	p = printed{t: c.t, line: strings.Join(args, " "), stdout: stdout.String(), status: status(err)}
	terminal.Close()
	all = <-shown
	return p, displayed(all), all
}

// erasing is what the bar tells a terminal besides carriage returns: to erase to the end of the line, or all of it.
var erasing = regexp.MustCompile("\x1b\\[([02])K")

// displayed are the lines that a terminal shows after some output.
func displayed(output string) []string {
	var lines []string
	var line []rune
	column := 0
	for output != "" {
		if found := erasing.FindStringSubmatchIndex(output); found != nil && found[0] == 0 {
			if output[found[2]] == '2' {
				clear(line)
			}
			line = line[:min(column, len(line))]
			output = output[found[1]:]
			continue
		}
		char := []rune(output)[0]
		output = output[len(string(char)):]
		switch char {
		case '\r':
			column = 0
		case '\n':
			lines, line = append(lines, strings.TrimRight(string(line), " \x00")), nil
		default:
			for len(line) <= column {
				line = append(line, ' ')
			}
			line[column] = char
			column++
		}
	}
	return append(lines, strings.TrimRight(string(line), " \x00"))
}

// TestImportShowsABar: with the rate, the failures and the time that is left, and bad lines are told in lines of their own.
func TestImportShowsABar(t *testing.T) {
	t.Parallel()
	var lines strings.Builder
	var want []string
	for i := 1; i <= 600; i++ {
		if i%100 == 50 {
			lines.WriteString("{\n")
			want = append(want, fmt.Sprintf("line %d: not valid JSON: unexpected EOF after offset 1", i))
			continue
		}
		fmt.Fprintf(&lines, "{\"username\": \"u%d\"}\n", i)
	}
	want = append(want, "")
	file := t.TempDir() + "/users.jsonl"
	if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, bar string
		args      []string
		stdin     io.Reader
	}{
		{"a file", `\d+ lines, \d+/s, \d failed +\d+% \|.*\|.*\[\d+m?\d*s:\d+`, []string{file}, strings.NewReader("")},
		{"a pipe", `\d+ lines, \d+/s, \d failed .*\[\d+s\]`, []string{"-"}, strings.NewReader(lines.String())},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newConsole(t)
			p, screen, all := c.watched(test.stdin, append([]string{"users", "import", "--json"}, test.args...)...)
			has(t, p.object(), map[string]any{"imported": 594, "failed": 6})
			if strings.Join(screen, "\n") != strings.Join(want, "\n") {
				t.Errorf("on the screen is in the end\n%s\nwant\n%s", strings.Join(screen, "\n"), strings.Join(want, "\n"))
			}
			if !regexp.MustCompile(test.bar).MatchString(all) {
				t.Errorf("there was no bar like %s in\n%q", test.bar, all)
			}
		})
	}
}

// TestImportSaysNowAndThen: where nobody watches, a line for each ten thousand.
func TestImportSaysNowAndThen(t *testing.T) {
	t.Parallel()
	file := writeUsers(t, 1)
	opened, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	for _, test := range []struct {
		name   string
		source io.Reader
		want   string
	}{
		{"a file", opened, `^100%, 10000 lines, \d+/s, 7 failed\n100%, 20000 lines, \d+/s, 7 failed\n$`},
		{"a pipe", strings.NewReader("x"), `^10000 lines, \d+/s, 7 failed\n20000 lines, \d+/s, 7 failed\n$`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var stderr bytes.Buffer
			p := newProgress(test.source, &stderr)
			if _, err := io.Copy(io.Discard, p); err != nil {
				t.Fatal(err)
			}
			for lines := 1; lines < 25_000; lines++ {
				p.settled(bulk.Tally{Imported: lines - min(lines, 7), Failed: min(lines, 7)})
			}
			p.clear()
			if !regexp.MustCompile(test.want).MatchString(stderr.String()) {
				t.Errorf("it said\n%s\nwant a match of %s", &stderr, test.want)
			}
		})
	}
}
